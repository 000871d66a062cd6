import { BITS, LeafPlaces } from './leaf-places.js';

/** Bytes that are compared at a time. */
const GROUP = 8;
const WORD = 4;
const HIGH_BITS = 0x80808080 | 0;

/**
 * A leaf that was read to the letter, as a pattern for others: the same bytes but for other characters in its texts and
 * other digits in its integers. What fits is canonical JSON and has the members of version 1, since this leaf has, and names,
 * brackets, lengths and their order are the same. Whoever asks has made sure that there is no backslash.
 *
 * Nothing is made of the bytes, and several are compared at a time: this is what the speed of a whole log's check depends on.
 */
export class LeafShape {
  /** Where the values of `occurredAt` and `id` begin. */
  readonly occurredAt: number;
  readonly id: number;
  /** Groups in which nothing may be another: where, and what stands there, as one number. ASCII never makes a NaN. */
  private readonly fixed: Int32Array;
  private readonly values: Float64Array;
  /**
   * The other groups, five numbers each: where, and for both words what to add so that the high bit of a byte says that it is
   * high enough, and that it is too high.
   */
  private readonly ranges: Int32Array;
  /** Places at which ranges have gaps: the place, and in the lowest byte the bit that must be set. */
  private readonly gaps: Int32Array;

  /** Null for a leaf that is no pattern: one with characters beyond ASCII, or escapes. */
  static of(leaf: Buffer): LeafShape | null {
    const isPlain = leaf.length >= GROUP && leaf.every((byte) => byte < 0x80 && byte !== 0x5c);
    return isPlain ? new LeafShape(leaf) : null;
  }

  private constructor(leaf: Buffer) {
    const { bits, highs, id, lows, occurredAt } = new LeafPlaces(leaf);
    this.id = id;
    this.occurredAt = occurredAt;
    const [fixed, ranges]: [number[], number[]] = [[], []];
    const enough = Buffer.from(lows.map((low) => 0x80 - low));
    const tooHigh = Buffer.from(highs.map((high) => 0x7f - high));
    for (let next = 0; next < leaf.length; next += GROUP) {
      // The last group overlaps the one before it.
      const at = Math.min(next, leaf.length - GROUP);
      if (lows.compare(highs, at, at + GROUP, at, at + GROUP) === 0) fixed.push(at);
      else {
        const words = [at, at + WORD].flatMap((word) => [
          enough.readInt32LE(word),
          tooHigh.readInt32LE(word),
        ]);
        ranges.push(at, ...words);
      }
    }
    this.fixed = Int32Array.from(fixed);
    this.values = Float64Array.from(fixed, (at) => leaf.readDoubleLE(at));
    this.ranges = Int32Array.from(ranges);
    const gaps: number[] = [];
    bits.forEach((bit, at) => bit > 0 && gaps.push((at << 8) | bit));
    this.gaps = Int32Array.from(gaps);
  }

  /** Whether the bytes from `begin` on, as many as this leaf has, are like it. `view` is one of `bytes`. */
  fits(bytes: Uint8Array, view: DataView, begin: number): boolean {
    const { fixed, gaps, ranges, values } = this;
    for (let group = 0; group < fixed.length; group++) {
      if (view.getFloat64(begin + Number(fixed[group]), true) !== values[group]) return false;
    }
    let wrong = 0;
    for (let at = 0; at < ranges.length; at += 5) {
      const place = begin + Number(ranges[at]);
      const one = view.getInt32(place, true);
      const two = view.getInt32(place + WORD, true);
      wrong |=
        one |
        ~((one + Number(ranges[at + 1])) | 0) |
        ((one + Number(ranges[at + 2])) | 0) |
        (two | ~((two + Number(ranges[at + 3])) | 0) | ((two + Number(ranges[at + 4])) | 0));
    }
    if ((wrong & HIGH_BITS) !== 0) return false;
    for (let at = 0; at < gaps.length; at++) {
      const gap = Number(gaps[at]);
      if ((Number(BITS[Number(bytes[begin + (gap >> 8)])]) & gap) === 0) return false;
    }
    return true;
  }
}
