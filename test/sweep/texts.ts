/** Text that costs much to normalise, compare, split or match, each of at most about `bytes` bytes of UTF-8. */
export function hostileTexts(bytes: number): Array<[name: string, text: string]> {
  return [
    ['combining marks', `a${'\u0301\u0327'.repeat(bytes / 4)}`],
    ['combining marks in runs of 30', `a${'\u0301\u0327'.repeat(15)}`.repeat(bytes / 61)],
    ['syllables of Hangul', '\u1112\u1161\u11ab'.repeat(bytes / 9)],
    ['letters', 'a'.repeat(bytes)],
    ['emoji', '\u{1f600}'.repeat(bytes / 4)],
    ['white space', `${' '.repeat(bytes - 1)}x`],
    ['dots', '.'.repeat(bytes)],
    ['at signs', '@'.repeat(bytes)],
    ['quotes', '"'.repeat(bytes / 2)],
    ['backslashes', '\\'.repeat(bytes / 2)],
    ['an address', `${'a.'.repeat(bytes / 4)}@${'b.'.repeat(bytes / 4)}example`],
  ];
}

/**
 * Text that makes a backtracking matcher try many ways: long runs of the characters and of the pairs that the pattern
 * contains, then a character that it refuses.
 */
export function regexKillers(pattern: string, bytes: number): Array<[name: string, text: string]> {
  const letters = new Set(['a', 'A', '0', '-', '.', '_', ' ']);
  for (const [letter] of pattern.matchAll(/[A-Za-z0-9@/+=:,;"'#%~.-]/g)) letters.add(letter);
  const units = [...letters].flatMap((one) => [one, ...[...letters].slice(0, 4).map((other) => one + other)]);
  return [...new Set(units)].map((unit) => [
    `${JSON.stringify(unit)} repeated`,
    `${unit.repeat(bytes / unit.length)}\u007f`,
  ]);
}
