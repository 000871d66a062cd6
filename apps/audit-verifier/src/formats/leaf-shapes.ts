import { fittingBytes, GROUP } from '../wasm/fitting-bytes.js';
import { type Program, startProgram } from '../wasm/program.js';
import { MOST_BUNDLE_BYTES } from './entry-bundle.js';
import { BITS, LeafPlaces } from './leaf-places.js';

/** Bytes of patterns, each some twice as long as its leaf: thousands of kinds. An ordinary log has some hundred. */
const MOST_PATTERN_BYTES = 16 * 1024 ** 2;
/** Leaves of one length that are remembered: as many are tried in vain at most. */
const MOST_OF_A_LENGTH = 16;
const NONE: LeafShape[] = [];

/** Where the memory has what: the sets, patterns, a bundle. */
const [SETS, PATTERNS, ROOM] = [0, BITS.length, BITS.length + MOST_PATTERN_BYTES];

/** A leaf that was read to the letter, as a pattern for others of its length. */
export interface LeafShape {
  /** Where the values of `occurredAt` and `id` begin. */
  readonly occurredAt: number;
  readonly id: number;
  readonly pattern: number;
  readonly gaps: number;
}

/**
 * Leaves that were read to the letter, to compare others with, and room for a bundle of others in the same memory. Another
 * leaf is like one of them when it has the same bytes but for other characters in texts and other digits in integers. Then it
 * is canonical JSON with the members of version 1 as well: names, brackets, lengths and their order are the same.
 */
export class LeafShapes {
  private readonly shapes = new Map<number, LeafShape[]>();
  private end = PATTERNS;

  private constructor(private readonly program: Program) {
    program.memory.set(BITS, SETS);
  }

  /** Null where Node cannot run the comparison. */
  static start(): LeafShapes | null {
    const program = startProgram(fittingBytes(ROOM + MOST_BUNDLE_BYTES));
    return program && new LeafShapes(program);
  }

  /** The room, as long as a bundle is that will be read into it. */
  room(bytes: number): Buffer {
    if (bytes > MOST_BUNDLE_BYTES) throw new RangeError(`A bundle of ${bytes} bytes`);
    return this.program.memory.subarray(ROOM, ROOM + bytes);
  }

  /** The shape that the leaf in the room is like, if there is one; the one that was met last is tried first. */
  find(begin: number, length: number): LeafShape | null {
    const shapes = this.shapes.get(length) ?? NONE;
    for (let place = 0; place < shapes.length; place++) {
      const shape = shapes[place];
      if (!shape || this.program.run(ROOM + begin, length, shape.pattern, shape.gaps) === 0) continue;
      if (place > 0) shapes.unshift(...shapes.splice(place, 1));
      return shape;
    }
    return null;
  }

  /** False for a leaf that is no pattern: one with characters beyond ASCII, or escapes. When there is no more room, all others are forgotten. */
  add(leaf: Buffer): boolean {
    if (leaf.length <= GROUP || leaf.some((byte) => byte >= 0x80 || byte === 0x5c)) return false;
    const places = new LeafPlaces(leaf);
    const gaps = gapsOf(places);
    const bytes = Buffer.concat([rangesOf(places), Buffer.from(gaps.buffer)]);
    if (this.end + bytes.length > ROOM) this.forget();
    this.program.memory.set(bytes, this.end);
    const { id, occurredAt } = places;
    const shape = { id, occurredAt, pattern: this.end, gaps: gaps.length };
    this.end += bytes.length;
    const alike = this.shapes.get(leaf.length) ?? NONE;
    this.shapes.set(leaf.length, [shape, ...alike].slice(0, MOST_OF_A_LENGTH));
    return true;
  }

  /** All of them. */
  forget(): void {
    this.shapes.clear();
    this.end = PATTERNS;
  }
}

function rangesOf({ highs, lows }: LeafPlaces): Buffer {
  const groups: Buffer[] = [];
  for (let next = 0; next < lows.length; next += GROUP) {
    const at = Math.min(next, lows.length - GROUP);
    groups.push(lows.subarray(at, at + GROUP), highs.subarray(at, at + GROUP));
  }
  return Buffer.concat(groups);
}

function gapsOf({ bits }: LeafPlaces): Int32Array<ArrayBuffer> {
  const gaps: number[] = [];
  bits.forEach((bit, at) => bit > 0 && gaps.push((at << 8) | bit));
  return Int32Array.from(gaps);
}
