import { fittingBytes, GROUP, HALVES_BYTES, SETS_BYTES } from '../wasm/fitting-bytes.js';
import { type Program, startProgram } from '../wasm/program.js';
import { ANY, HIGH_HALVES, LOW_HALVES } from './byte-sets.js';
import { MOST_BUNDLE_BYTES } from './entry-bundle.js';
import { LeafPlaces } from './leaf-places.js';

/** Bytes of patterns, each some twice as long as its leaf: thousands of kinds. An ordinary log has some hundred. */
const MOST_PATTERN_BYTES = 16 * 1024 ** 2;
/** Leaves of one length that are remembered: as many are tried in vain at most. */
const MOST_OF_A_LENGTH = 16;
const NONE: LeafShape[] = [];

/** Where the memory has what: the bits of halves, patterns, a bundle. */
const [HALVES, PATTERNS, ROOM] = [0, HALVES_BYTES, HALVES_BYTES + MOST_PATTERN_BYTES];

/** A leaf that was read to the letter, as a pattern for others of its length. */
export interface LeafShape {
  /** Where the values of `occurredAt` and `id` begin. */
  readonly occurredAt: number;
  readonly id: number;
  readonly pattern: number;
  readonly groupsWithSets: number;
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
    const halves = [LOW_HALVES, HIGH_HALVES];
    const bytes = [...halves.map((bits) => byteOf(bits, 0)), ...halves.map((bits) => byteOf(bits, 1))];
    program.memory.set(Buffer.concat(bytes), HALVES);
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
      if (!shape || this.program.run(ROOM + begin, length, shape.pattern, shape.groupsWithSets) === 0)
        continue;
      if (place > 0) shapes.unshift(...shapes.splice(place, 1));
      return shape;
    }
    return null;
  }

  /** False for a leaf that is no pattern: one with characters beyond ASCII, or escapes. When there is no more room, all others are forgotten. */
  add(leaf: Buffer): boolean {
    if (leaf.length <= GROUP || leaf.some((byte) => byte >= 0x80 || byte === 0x5c)) return false;
    const places = new LeafPlaces(leaf);
    const sets = setsOf(places);
    const bytes = Buffer.concat([rangesOf(places), sets]);
    if (this.end + bytes.length > ROOM) this.forget();
    this.program.memory.set(bytes, this.end);
    const { id, occurredAt } = places;
    const shape = { id, occurredAt, pattern: this.end, groupsWithSets: sets.length / SETS_BYTES };
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

/** Where the groups of so many bytes begin: the last one may overlap the one before it. */
function groupsOf(length: number): number[] {
  return Array.from({ length: Math.ceil(length / GROUP) }, (_, group) =>
    Math.min(GROUP * group, length - GROUP),
  );
}

function rangesOf({ highs, lows }: LeafPlaces): Buffer {
  const groups = groupsOf(lows.length).flatMap((at) => [
    lows.subarray(at, at + GROUP),
    highs.subarray(at, at + GROUP),
  ]);
  return Buffer.concat(groups);
}

function setsOf({ sets }: LeafPlaces): Buffer {
  const groups = groupsOf(sets.length).flatMap((at) => {
    const group = sets.subarray(at, at + GROUP);
    if (group.every((set) => set === ANY)) return [];
    const place = Buffer.alloc(4);
    place.writeInt32LE(at);
    return [place, byteOf(group, 0), byteOf(group, 1)];
  });
  return Buffer.concat(groups);
}

/** The first or the second byte of each. */
function byteOf(bits: Uint16Array, which: 0 | 1): Buffer {
  return Buffer.from(Array.from(bits, (one) => (one >> (8 * which)) & 0xff));
}
