import { ANY, setOf } from './byte-sets.js';

/** What may stand at a place of a leaf: a byte from `low` to `high` that is in the set. */
interface Place {
  readonly low: number;
  readonly high: number;
  readonly set: number;
}

function anyOf(characters: string): Place {
  const bytes = Buffer.from(characters);
  const [low, high] = [Math.min(...bytes), Math.max(...bytes)];
  return { low, high, set: high - low + 1 === bytes.length ? ANY : setOf(characters) };
}

/** Behind space, exclamation mark and quote. The backslash is among them, and must be looked for by itself. */
const TEXT: Place = { low: 0x23, high: 0x7e, set: ANY };
const DIGIT = anyOf('0123456789');
const FIRST_DIGIT = anyOf('123456789');
const HEX = anyOf('0123456789abcdef');
const VARIANT: Place = { ...HEX, low: 0x38, high: 0x62 };
const BASE64URL = anyOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
/** The last character of 16 or 32 bytes in base64url carries loose bits, which must be zero. */
const END_OF_16 = anyOf('AQgw');
const END_OF_32 = anyOf('AEIMQUYcgkosw048');

/**
 * The values about which version 1 has a rule of its own, each from its quote on. What is not listed of them is as it was in
 * the leaf that is the pattern.
 */
const RULES: Readonly<Record<string, ReadonlyArray<readonly [place: Place, from: number, to: number]>>> = {
  alg: [],
  commitment: [
    [BASE64URL, 1, 43],
    [END_OF_32, 43, 44],
  ],
  id: [
    [HEX, 1, 9],
    [HEX, 10, 14],
    [HEX, 16, 19],
    [VARIANT, 20, 21],
    [HEX, 21, 24],
    [HEX, 25, 37],
  ],
  nonce: [
    [BASE64URL, 1, 22],
    [END_OF_16, 22, 23],
  ],
  occurredAt: [
    [DIGIT, 1, 5],
    [DIGIT, 6, 8],
    [DIGIT, 9, 11],
    [DIGIT, 12, 14],
    [DIGIT, 15, 17],
    [DIGIT, 18, 20],
    [DIGIT, 21, 24],
  ],
  outcome: [],
  v: [],
};

/** A name with its colon, a text, a bracket, a number or a literal, in canonical JSON without escapes. */
const TOKEN = /"[^"]*":?|[{}[\]]|[^"{}[\],]+/g;
const FREE_IN_TEXT = /[#-[\]-~]+/g;
/** Integers that have one spelling in ECMAScript. */
const INTEGER = /^\d{1,15}$/;

/** What may stand at each place of a leaf that is like another one. */
export class LeafPlaces {
  readonly lows: Buffer;
  readonly highs: Buffer;
  readonly sets: Uint16Array;
  /** Where the values of `occurredAt` and `id` begin. */
  occurredAt = 0;
  id = 0;

  /** `leaf` is one that `readLeaf` has accepted, and holds neither escapes nor characters beyond ASCII. */
  constructor(leaf: Buffer) {
    this.lows = Buffer.from(leaf);
    this.highs = Buffer.from(leaf);
    this.sets = new Uint16Array(leaf.length).fill(ANY);
    let [depth, member, name] = [0, '', ''];
    for (const { 0: token, index } of leaf.toString('latin1').matchAll(TOKEN)) {
      if (token === '{' || token === '[') depth++;
      else if (token === '}' || token === ']') depth--;
      else if (token.endsWith('":')) {
        name = token.slice(1, -2);
        if (depth === 1) member = name;
      } else if (depth === 1 || member === 'personal') this.allowMember(name, token, index);
      else this.allowLike(token, index);
    }
  }

  private allowMember(name: string, token: string, index: number): void {
    if (name === 'id' || name === 'occurredAt') this[name] = index;
    const rules = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    if (!rules) this.allowLike(token, index);
    for (const [place, from, to] of rules ?? []) this.allow(place, index + from, index + to);
  }

  /** Other texts instead of a text, other integers with as many digits instead of an integer. */
  private allowLike(token: string, index: number): void {
    if (INTEGER.test(token)) {
      this.allow(DIGIT, index, index + token.length);
      if (token.length > 1) this.allow(FIRST_DIGIT, index, index + 1);
    } else if (token.startsWith('"')) {
      for (const { 0: free, index: at } of token.matchAll(FREE_IN_TEXT)) {
        this.allow(TEXT, index + at, index + at + free.length);
      }
    }
  }

  private allow({ high, low, set }: Place, from: number, to: number): void {
    this.lows.fill(low, from, to);
    this.highs.fill(high, from, to);
    this.sets.fill(set, from, to);
  }
}
