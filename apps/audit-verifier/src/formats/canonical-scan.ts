import { DEEPEST } from './canonical-json.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LITERALS = ['null', 'true', 'false'].map((word) => Buffer.from(word));
/** Integers up to here have one spelling in ECMAScript, and more digits have not. */
const SAFE_DIGITS = 15;
const MOST_MEMBERS = 32;

/**
 * One pass over the bytes of a JSON object that says yes only when they are canonical (RFC 8785), without making a value of
 * them: plain ASCII texts, integers, names in order. Everything rarer is a no, which means "look closer"
 * (`readCanonicalJson`), not "wrong". This is what the speed of a whole log's check depends on.
 */
export class CanonicalScan {
  /** Members of the outermost object after a yes: begin and end of name and value, four numbers each. */
  readonly places = new Int32Array(4 * MOST_MEMBERS);
  members = 0;
  private readonly isObject = new Uint8Array(DEEPEST);
  private readonly nameBegin = new Int32Array(DEEPEST);
  private readonly nameEnd = new Int32Array(DEEPEST);

  scan(bytes: Uint8Array, begin: number, end: number): boolean {
    this.members = 0;
    if (bytes[begin] !== OPEN_OBJECT) return false;
    let depth = -1;
    let at = begin;
    for (;;) {
      // A value begins here.
      const first = bytes[at];
      if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
        if (++depth === DEEPEST) return false;
        const object = first === OPEN_OBJECT;
        this.isObject[depth] = object ? 1 : 0;
        this.nameEnd[depth] = 0;
        at++;
        if (bytes[at] === (object ? CLOSE_OBJECT : CLOSE_ARRAY)) {
          at++;
          depth--;
        } else {
          if (object) at = this.name(bytes, at, end, depth);
          if (at < 0) return false;
          continue;
        }
      } else {
        at = first === QUOTE ? endOfText(bytes, at, end) : endOfWord(bytes, at, end);
        if (at < 0) return false;
      }
      // And ended here: close what ends with it, go on behind the comma.
      for (;;) {
        if (depth < 0) return at === end;
        if (depth === 0) this.places[4 * this.members - 1] = at;
        const object = this.isObject[depth] === 1;
        const next = bytes[at++];
        if (next === COMMA) {
          if (object) at = this.name(bytes, at, end, depth);
          if (at < 0) return false;
          break;
        }
        if (at > end || next !== (object ? CLOSE_OBJECT : CLOSE_ARRAY)) return false;
        depth--;
      }
    }
  }

  /** Reads `"name":`; it must come after the one before. Returns where the value begins, or -1. */
  private name(bytes: Uint8Array, at: number, end: number, depth: number): number {
    if (bytes[at] !== QUOTE) return -1;
    const close = endOfText(bytes, at, end);
    if (close < 0 || close >= end || bytes[close] !== COLON) return -1;
    const begin = at + 1;
    const previousEnd = this.nameEnd[depth] ?? 0;
    if (previousEnd > 0) {
      let before = this.nameBegin[depth] ?? 0;
      let here = begin;
      while (before < previousEnd && bytes[before] === bytes[here]) {
        before++;
        here++;
      }
      // The closing quote sorts below all but the space and the exclamation mark, so ends are compared by themselves.
      if (here === close - 1 || (before < previousEnd && Number(bytes[before]) > Number(bytes[here])))
        return -1;
    }
    this.nameBegin[depth] = begin;
    this.nameEnd[depth] = close - 1;
    if (depth === 0) {
      if (this.members === MOST_MEMBERS) return -1;
      const place = 4 * this.members++;
      this.places[place] = begin;
      this.places[place + 1] = close - 1;
      this.places[place + 2] = close + 1;
    }
    return close + 1;
  }
}

/** Behind the closing quote of a text of plain ASCII without escapes, or -1. */
function endOfText(bytes: Uint8Array, quote: number, end: number): number {
  for (let at = quote + 1; at < end; at++) {
    const byte = Number(bytes[at]);
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return -1;
  }
  return -1;
}

/** Behind an integer or a literal, or -1. */
function endOfWord(bytes: Uint8Array, begin: number, end: number): number {
  let at = begin;
  if (bytes[at] === MINUS) at++;
  const digits = at;
  while (at < end && Number(bytes[at]) >= ZERO && Number(bytes[at]) <= NINE) at++;
  if (at > digits) {
    const length = at - digits;
    const zero = bytes[digits] === ZERO;
    return length > SAFE_DIGITS || (zero && (length > 1 || digits > begin)) ? -1 : at;
  }
  for (const word of LITERALS) {
    let same = 0;
    while (same < word.length && bytes[begin + same] === word[same]) same++;
    if (same === word.length) return begin + same <= end ? begin + same : -1;
  }
  return -1;
}
