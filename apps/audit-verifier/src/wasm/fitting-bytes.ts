import { type Code, get, i32, i8x16, repeat, set, v128, when } from './instructions.js';
import { type ProgramText } from './program.js';

/*
 * Whether bytes fit a pattern, sixteen at a time: each must lie in the range of its place, and none may be a backslash. Some
 * places allow fewer bytes than their range has, and are looked at by themselves.
 */

export const GROUP = 16;
const GAP = Int32Array.BYTES_PER_ELEMENT;
const BACKSLASH = 0x5c;

/** Where the memory has, for each byte, the bits of the sets to which it belongs. */
const SETS = 0;

/**
 * The parameters: the bytes, more than one group of them; the pattern; how many numbers there are for single places, at least
 * one. For each group the pattern holds the lowest bytes and then the highest ones, the last group being the last sixteen
 * bytes whether or not they overlap; and then the numbers, each a place, and in its lowest byte the bit of the set.
 */
const [BYTES, LENGTH, PATTERN, GAPS] = [0, 1, 2, 3];
const [AT, LAST, LACKING] = [4, 5, 6];
const [GROUP_BYTES, WRONG] = [7, 8];

/** What is clamped to its range and is then another was not in it. */
const CHECK_GROUP: Code = [
  set(GROUP_BYTES, v128.load(i32.add(get(BYTES), get(AT)))),
  set(WRONG, v128.or(get(WRONG), i8x16.equals(get(GROUP_BYTES), i8x16.splat(i32.const(BACKSLASH))))),
  set(WRONG, v128.or(get(WRONG), v128.xor(get(GROUP_BYTES), clamped()))),
  set(PATTERN, i32.add(get(PATTERN), i32.const(2 * GROUP))),
];

function clamped(): Code {
  const [lows, highs] = [v128.load(get(PATTERN)), v128.load(get(PATTERN), GROUP)];
  return i8x16.min(i8x16.max(get(GROUP_BYTES), lows), highs);
}

/** One less than what the sets of the byte have in common with the one of its place: negative for nothing. */
function lackAtGap(): Code {
  const gap = i32.load(get(PATTERN));
  const place = i32.shiftRight(gap, i32.const(8));
  const sets = i32.loadByte(i32.loadByte(i32.add(get(BYTES), place)), SETS);
  return i32.sub(i32.and(sets, gap), i32.const(1));
}

export function fittingBytes(memoryBytes: number): ProgramText {
  const isRight = i32.isZero(v128.isAnySet(get(WRONG)));
  return {
    parameters: 4,
    results: 1,
    integers: 3,
    vectors: 2,
    memoryBytes,
    body: [
      set(LAST, i32.sub(get(LENGTH), i32.const(GROUP))),
      repeat(
        [CHECK_GROUP, set(AT, i32.add(get(AT), i32.const(GROUP)))],
        i32.and(i32.below(get(AT), get(LAST)), isRight),
      ),
      set(AT, get(LAST)),
      CHECK_GROUP,
      when(
        isRight,
        repeat(
          [
            set(LACKING, i32.or(get(LACKING), lackAtGap())),
            set(PATTERN, i32.add(get(PATTERN), i32.const(GAP))),
            set(GAPS, i32.sub(get(GAPS), i32.const(1))),
          ],
          get(GAPS),
        ),
      ),
      i32.and(isRight, i32.isZero(i32.shiftRight(get(LACKING), i32.const(31)))),
    ],
  };
}
