/** A construction that readers have to decode, and what to write instead. */
export interface LanguageRule {
  readonly name: string;
  /** Global and case-insensitive; `\s+` where a line may break. */
  readonly pattern: RegExp;
  readonly suggestion: string;
}

const rule = (name: string, source: string, suggestion: string): LanguageRule => ({
  name,
  pattern: new RegExp(source, 'gi'),
  suggestion,
});

export const LANGUAGE_RULES: readonly LanguageRule[] = [
  rule(
    'whoever',
    String.raw`\bwho(?:m)?ever\b`,
    'name the actor: the client, the owner, the operator, the caller',
  ),
  rule(
    'nobody',
    String.raw`\b(?:nobody|no\s+one)\b`,
    'say which actor does not: no reviewer, no other client',
  ),
  rule(
    'somebody',
    String.raw`\b(?:somebody|someone)\b`,
    'name the actor: another reviewer, an attacker, a process',
  ),
  rule('anybody', String.raw`\b(?:anybody|anyone)\b`, 'name the actor: any client, any user'),
  rule(
    'everybody',
    String.raw`\b(?:everybody|everyone)\b`,
    'name the actors: all users, every client; "public" for access',
  ),
  rule(
    'those-who',
    String.raw`\b(?:those|people|one)\s+who\b`,
    'use the role: owners, reviewers, auditors, clients',
  ),
  rule('any-more', String.raw`\bany\s*more\b`, '"no longer", or the condition: "has expired", "is revoked"'),
  rule(
    'says-of',
    String.raw`\b(?:says?|said|tells?|told|speaks?)\s+of\b`,
    'use "states that", "describes" or "reports"',
  ),
  rule('another-one', String.raw`\banother\s+one\b`, 'say what differs: "differs from …", "a second key"'),
  rule(
    'is-no',
    String.raw`(?<!there )(?<!there\n)\b(?:is|are|was|were)\s+no\s+(?!longer\b|more\b)`,
    '"is not a …", or "has no …"',
  ),
  rule('for-ever', String.raw`\bfor\s+ever\b`, 'use "permanently", or name the retention time'),
  rule('in-silence', String.raw`\bin\s+silence\b`, 'use "without an error" or "silently"'),
  rule('of-ours', String.raw`\bof\s+ours\b`, 'name the part: "of this repository", "of Veritrail"'),
  rule('a-while', String.raw`\b(?:for|in|after)\s+a\s+while\b`, 'give the number: "for 30 s"'),
  rule('remember', String.raw`\bremember(?:s|ed|ing)?\b`, 'use "cache", "cached" or "keep"'),
  rule(
    'leave-an-entry',
    String.raw`\bleaves?\s+(?:an\s+entry|none)\b`,
    'use "is recorded", "is not recorded"',
  ),
  rule(
    'stand-still',
    String.raw`\b(?:stands?|stood)\s+still\b`,
    'use "stops", "is paused" or "is suspended"',
  ),
  rule(
    'hand-over',
    String.raw`\bhand(?:s|ed|ing)?\s+(?:it\s+|them\s+)?over\b`,
    'use "deliver", "pass" or "return"',
  ),
  rule('see-to-it', String.raw`\bsees?\s+to\s+it\b`, 'use "enforces" or "ensures"'),
  rule('anew', String.raw`\banew\b`, 'use "again"'),
  rule(
    'is-told',
    String.raw`\b(?:is|are|was|were|be)\s+told\b`,
    'use "receives", "is shown" or "is reported"',
  ),
];
