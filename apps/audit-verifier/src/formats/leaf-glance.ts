import { LeafShape } from './leaf-shape.js';
import { millisecondsOf } from './leaf.js';

const BACKSLASH = 0x5c;
const DATE_LENGTH = 10;
/** Bytes of leaves that are remembered: thousands of kinds, some 30 MB of memory. An ordinary log has some hundred. */
const MOST_REMEMBERED = 8 * 1024 ** 2;
/** Leaves of one length that are remembered: as many are tried in vain at most. */
const MOST_OF_A_LENGTH = 16;
/** To remember a leaf costs as much as to read ten: beyond the first ones, only as many are as have paid off. */
const FIRST_ONES = 512;
const HITS_TO_PAY_OFF = 32;
const NONE: LeafShape[] = [];

/**
 * A quick look at the leaves of a log: says yes only to what `readLeaf` would accept, and then knows the leaf's time and the
 * end of its identifier. Leaves are mostly like one that was there before; a no means that `readLeaf` has to look, and what
 * it accepts is worth remembering.
 */
export class LeafGlance {
  /** Milliseconds. */
  time = 0;
  /** The last 52 bits of the identifier: random, so that two equal ones are two equal identifiers or worth a look. */
  print = 0;
  private readonly shapes = new Map<number, LeafShape[]>();
  private remembered = 0;
  private learnt = 0;
  private hits = 0;
  private bytes: Buffer = Buffer.of();
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the next backslash is, behind what was looked at. */
  private backslash = Number.POSITIVE_INFINITY;
  private readonly date = new Uint8Array(DATE_LENGTH);
  private midnight = Number.NaN;

  /** From now on leaves lie in these bytes, and are looked at in their order. */
  lookAt(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.findBackslash(0);
  }

  accepts(begin: number, end: number): boolean {
    if (this.backslash < begin) this.findBackslash(begin);
    if (this.backslash < end) return false;
    const shape = this.shapeOf(begin, end - begin);
    if (shape === null) return false;
    this.hits++;
    const { view } = this;
    const id = begin + shape.id + 1;
    this.time = this.timeAt(begin + shape.occurredAt + 1);
    this.print =
      (hex(view, id + 19) & 0xf) * 2 ** 48 +
      hex(view, id + 24) * 2 ** 32 +
      hex(view, id + 28) * 2 ** 16 +
      hex(view, id + 32);
    return this.time === hex(view, id) * 2 ** 32 + hex(view, id + 4) * 2 ** 16 + hex(view, id + 9);
  }

  /** A leaf that `readLeaf` has accepted: others may be like it. */
  remember(begin: number, end: number): void {
    if (this.learnt > FIRST_ONES && this.learnt * HITS_TO_PAY_OFF > this.hits) return;
    const shape = LeafShape.of(this.bytes.subarray(begin, end));
    if (shape === null) return;
    this.learnt++;
    this.remembered += end - begin;
    if (this.remembered > MOST_REMEMBERED) {
      this.shapes.clear();
      this.remembered = end - begin;
    }
    const alike = this.shapes.get(end - begin) ?? [];
    this.shapes.set(end - begin, [shape, ...alike].slice(0, MOST_OF_A_LENGTH));
  }

  /** A remembered leaf that this one is like; the one that was met last is tried first. */
  private shapeOf(begin: number, length: number): LeafShape | null {
    const shapes = this.shapes.get(length) ?? NONE;
    for (let place = 0; place < shapes.length; place++) {
      const shape = shapes[place];
      if (shape?.fits(this.bytes, this.view, begin) !== true) continue;
      if (place > 0) shapes.unshift(...shapes.splice(place, 1));
      return shape;
    }
    return null;
  }

  private findBackslash(from: number): void {
    const found = this.bytes.indexOf(BACKSLASH, from);
    this.backslash = found < 0 ? Number.POSITIVE_INFINITY : found;
  }

  /** Reads `YYYY-MM-DDTHH:MM:SS.mmmZ`. The day is looked up when it is another than that of the leaf before. */
  private timeAt(at: number): number {
    const { bytes, date } = this;
    let same = 0;
    while (same < DATE_LENGTH && bytes[at + same] === date[same]) same++;
    if (same < DATE_LENGTH) {
      date.set(bytes.subarray(at, at + DATE_LENGTH));
      const midnight = `${bytes.toString('latin1', at, at + DATE_LENGTH)}T00:00:00.000Z`;
      this.midnight = millisecondsOf(midnight) ?? Number.NaN;
    }
    const hours = decimal(bytes, at + 11, 2);
    const minutes = decimal(bytes, at + 14, 2);
    const seconds = decimal(bytes, at + 17, 2);
    if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
    return this.midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000 + decimal(bytes, at + 20, 3);
  }
}

function decimal(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let place = at; place < at + digits; place++) value = value * 10 + Number(bytes[place]) - 0x30;
  return value;
}

/** The value of four hexadecimal digits, all at once: each byte is its digit or, for a letter, nine less than it. */
function hex(view: DataView, at: number): number {
  const word = view.getInt32(at);
  const digits = (word & 0x0f0f0f0f) + 9 * ((word >>> 6) & 0x01010101);
  const pairs = (digits | (digits >>> 4)) & 0x00ff00ff;
  return (pairs | (pairs >>> 8)) & 0xffff;
}
