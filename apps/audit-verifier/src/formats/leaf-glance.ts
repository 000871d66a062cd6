import { CanonicalScan } from './canonical-scan.js';
import { MEMBER_NAMES, millisecondsOf, OUTCOMES } from './leaf.js';

const NAMES = MEMBER_NAMES.map((name) => Buffer.from(name));
const [
  ACTION,
  ACTOR,
  CHANGES,
  DETAILS,
  ID,
  NONCE,
  OCCURRED_AT,
  OUTCOME,
  PERSONAL,
  REASON,
  REQUEST,
  TARGET,
  VERSION,
] = MEMBER_NAMES.keys();
const QUOTED_OUTCOMES = OUTCOMES.map((outcome) => Buffer.from(`"${outcome}"`));
const COMMITMENT = Buffer.from('{"alg":"sha256","commitment":"');
const COMMITMENT_LENGTH = 43;
const NONCE_LENGTH = 22;
const DATE_LENGTH = 10;
const TIME_LENGTH = 24;
const DAY = 86_400_000;

/** The first bytes that a value of each member may have. */
const BEGINNINGS: Readonly<Record<number, string>> = {
  [Number(ACTION)]: '"',
  [Number(ACTOR)]: '{',
  [Number(CHANGES)]: '{n',
  [Number(DETAILS)]: '{n',
  [Number(REASON)]: '"n',
  [Number(REQUEST)]: '"n',
  [Number(TARGET)]: '{n',
};
const CHECKED = Object.entries(BEGINNINGS).map(([member, first]) => ({
  value: 4 * Number(member) + 2,
  first: first.charCodeAt(0),
  other: first.charCodeAt(first.length - 1),
}));

/** The value of a hexadecimal digit as canonical UUIDs write it; 16 and more for every other byte. */
const DIGIT = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(byte));
  return value < 0 ? 255 : value;
});
/** How UUIDv7 is written: 1 for a digit, otherwise the byte that must stand there. */
const UUID = Buffer.from('11111111-1111-7111-1111-111111111111').map((byte) => (byte === 0x31 ? 1 : byte));
const VARIANT_PLACE = 19;
const BASE64URL = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'))
  BASE64URL[byte] = 1;
/** The last character of 16 or 32 bytes in base64url carries loose bits that must be zero. */
const ENDS_16 = new Set(Buffer.from('AQgw'));
const ENDS_32 = new Set(Buffer.from('AEIMQUYcgkosw048'));

/**
 * A quick look at a leaf that says yes only to what `readLeaf` would accept, and then knows its time and the end of its
 * identifier. A no means that `readLeaf` has to look.
 */
export class LeafGlance {
  /** Milliseconds. */
  time = 0;
  /** The last 52 bits of the identifier: random, so that two equal ones are two equal identifiers or worth a look. */
  print = 0;
  private readonly json = new CanonicalScan();
  private readonly date = new Uint8Array(DATE_LENGTH);
  private midnight = Number.NaN;

  accepts(bytes: Uint8Array, begin: number, end: number): boolean {
    const { json } = this;
    return (
      json.scan(bytes, begin, end) &&
      json.members === NAMES.length &&
      this.hasItsMembers(bytes) &&
      this.readTime(bytes, this.valueOf(OCCURRED_AT), this.endOf(OCCURRED_AT)) &&
      this.readId(bytes, this.valueOf(ID), this.endOf(ID))
    );
  }

  private valueOf(member = 0): number {
    return this.json.places[4 * member + 2] ?? 0;
  }

  private endOf(member = 0): number {
    return this.json.places[4 * member + 3] ?? 0;
  }

  private hasItsMembers(bytes: Uint8Array): boolean {
    const { places } = this.json;
    for (let member = 0; member < NAMES.length; member++) {
      const name = NAMES[member] ?? COMMITMENT;
      const at = places[4 * member] ?? 0;
      if (places[4 * member + 1] !== at + name.length || !isAt(bytes, at, name)) return false;
    }
    for (const { value, first, other } of CHECKED) {
      const byte = bytes[places[value] ?? 0];
      if (byte !== first && byte !== other) return false;
    }
    const version = this.valueOf(VERSION);
    if (bytes[version] !== 0x31 || this.endOf(VERSION) !== version + 1) return false;
    const outcome = this.valueOf(OUTCOME);
    if (!QUOTED_OUTCOMES.some((text) => isAt(bytes, outcome, text))) return false;
    const nonce = this.valueOf(NONCE);
    return (
      this.endOf(NONCE) === nonce + NONCE_LENGTH + 2 &&
      isBase64Url(bytes, nonce + 1, NONCE_LENGTH, ENDS_16) &&
      this.hasCommitment(bytes, this.valueOf(PERSONAL), this.endOf(PERSONAL))
    );
  }

  private hasCommitment(bytes: Uint8Array, begin: number, end: number): boolean {
    if (bytes[begin] === 0x6e) return true;
    return (
      end === begin + COMMITMENT.length + COMMITMENT_LENGTH + 2 &&
      isAt(bytes, begin, COMMITMENT) &&
      isBase64Url(bytes, begin + COMMITMENT.length, COMMITMENT_LENGTH, ENDS_32)
    );
  }

  /** Reads `"YYYY-MM-DDTHH:MM:SS.mmmZ"`. The day is looked up when it is another than that of the leaf before. */
  private readTime(bytes: Uint8Array, quote: number, end: number): boolean {
    if (end !== quote + TIME_LENGTH + 2) return false;
    const at = quote + 1;
    if (!isAt(bytes, at, this.date)) {
      this.date.set(bytes.subarray(at, at + DATE_LENGTH));
      this.midnight =
        millisecondsOf(`${Buffer.from(this.date).toString('latin1')}T00:00:00.000Z`) ?? Number.NaN;
    }
    const hours = twoDigits(bytes, at + 11);
    const minutes = twoDigits(bytes, at + 14);
    const seconds = twoDigits(bytes, at + 17);
    const milliseconds = 10 * twoDigits(bytes, at + 20) + decimal(bytes, at + 22);
    this.time = this.midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
    const marks = bytes[at + 10] === 0x54 && bytes[at + 13] === 0x3a && bytes[at + 16] === 0x3a;
    // A number is no digit where it is negative or not one; both fail here.
    const inRange = hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60;
    return (
      marks &&
      inRange &&
      bytes[at + 19] === 0x2e &&
      bytes[at + 23] === 0x5a &&
      this.time < this.midnight + DAY
    );
  }

  /** Reads `"<UUIDv7>"` whose time must be the one that was read. */
  private readId(bytes: Uint8Array, quote: number, end: number): boolean {
    if (end !== quote + UUID.length + 2) return false;
    const at = quote + 1;
    for (let place = 0; place < UUID.length; place++) {
      const byte = Number(bytes[at + place]);
      const wanted = UUID[place];
      if (wanted === 1 ? Number(DIGIT[byte]) > 15 : byte !== wanted) return false;
    }
    const variant = Number(DIGIT[Number(bytes[at + VARIANT_PLACE])]);
    const time = hex(bytes, at, 6) * 0x1000000 + hex(bytes, at + 6, 2) * 0x10000 + hex(bytes, at + 9, 4);
    this.print =
      hex(bytes, at + 22, 1) * 2 ** 48 + hex(bytes, at + 24, 6) * 0x1000000 + hex(bytes, at + 30, 6);
    return (variant & 0xc) === 0x8 && time === this.time;
  }
}

function isAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let place = 0; place < wanted.length; place++) {
    if (bytes[at + place] !== wanted[place]) return false;
  }
  return true;
}

function isBase64Url(bytes: Uint8Array, at: number, length: number, ends: ReadonlySet<number>): boolean {
  for (let place = 0; place < length; place++) {
    if (BASE64URL[Number(bytes[at + place])] !== 1) return false;
  }
  return ends.has(Number(bytes[at + length - 1]));
}

function decimal(bytes: Uint8Array, at: number): number {
  const value = Number(bytes[at]) - 0x30;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  return 10 * decimal(bytes, at) + decimal(bytes, at + 1);
}

function hex(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let place = 0; place < digits; place++) value = value * 16 + Number(DIGIT[Number(bytes[at + place])]);
  return value;
}
