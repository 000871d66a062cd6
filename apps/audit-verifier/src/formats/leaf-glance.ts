import { type LeafShape, LeafShapes } from './leaf-shapes.js';
import { millisecondsOf } from './leaf.js';

const DATE_LENGTH = 10;
/** To remember a leaf costs as much as to read ten: beyond the first ones, only as many are as have paid off. */
const FIRST_ONES = 512;
const HITS_TO_PAY_OFF = 32;

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
  private learnt = 0;
  private hits = 0;
  private bytes: Buffer = Buffer.of();
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** The date of the leaf before, as numbers that are compared with those of others, and when its day begins. */
  private dateHead = Number.NaN;
  private dateTail = 0;
  private midnight = Number.NaN;

  /** Without shapes to compare with, it says no. */
  constructor(private readonly shapes: LeafShapes | null = LeafShapes.start()) {}

  /** Memory for a bundle of so many bytes. What is read into it and then looked at need not be copied. */
  room(bytes: number): Buffer {
    return this.shapes?.room(bytes) ?? Buffer.allocUnsafe(bytes);
  }

  /** From now on leaves lie in these bytes. */
  lookAt(bytes: Buffer): void {
    const room = this.room(bytes.length);
    if (room.buffer !== bytes.buffer || room.byteOffset !== bytes.byteOffset) room.set(bytes);
    this.bytes = room;
    this.view = new DataView(room.buffer, room.byteOffset, room.length);
  }

  accepts(begin: number, end: number): boolean {
    const shape = this.shapes?.find(begin, end - begin);
    if (!shape) return false;
    this.hits++;
    return this.readTimes(begin, shape);
  }

  /** A leaf that `readLeaf` has accepted: others may be like it. */
  remember(begin: number, end: number): void {
    if (this.learnt > FIRST_ONES && this.learnt * HITS_TO_PAY_OFF > this.hits) return;
    if (this.shapes?.add(this.bytes.subarray(begin, end)) === true) this.learnt++;
  }

  /** False if the time is none, or the identifier was made at another one. */
  private readTimes(begin: number, shape: LeafShape): boolean {
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

  /** Reads `YYYY-MM-DDTHH:MM:SS.mmmZ`. The day is looked up when it is another than that of the leaf before. */
  private timeAt(at: number): number {
    const { bytes, view } = this;
    const [head, tail] = [view.getFloat64(at), view.getInt16(at + 8)];
    if (head !== this.dateHead || tail !== this.dateTail) {
      this.dateHead = head;
      this.dateTail = tail;
      const midnight = `${bytes.toString('latin1', at, at + DATE_LENGTH)}T00:00:00.000Z`;
      this.midnight = millisecondsOf(midnight) ?? Number.NaN;
    }
    const [hours, minutes, seconds] = [
      decimal(view, at + 11),
      decimal(view, at + 14),
      decimal(view, at + 17),
    ];
    if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
    const milliseconds = decimal(view, at + 20) * 10 + (view.getUint8(at + 22) & 0xf);
    return this.midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
  }
}

/** The value of two decimal digits. */
function decimal(view: DataView, at: number): number {
  const digits = view.getUint16(at);
  return ((digits >> 8) & 0xf) * 10 + (digits & 0xf);
}

/** The value of four hexadecimal digits, all at once: each byte is its digit or, for a letter, nine less than it. */
function hex(view: DataView, at: number): number {
  const word = view.getInt32(at);
  const digits = (word & 0x0f0f0f0f) + 9 * ((word >>> 6) & 0x01010101);
  const pairs = (digits | (digits >>> 4)) & 0x00ff00ff;
  return (pairs | (pairs >>> 8)) & 0xffff;
}
