import { randomInt } from 'node:crypto';

const EMPTY = 0;
const LEAST_CAPACITY = 1024;
/** More is made room for when it comes: how many there are was only said so far. */
const MOST_AT_ONCE = 2 ** 24;

/**
 * Finds leaves that may have the same identifier, by the random end of each: 16 to 32 bytes of memory for a leaf, and one look
 * at a table. Equal ends are rare enough to look at the leaves themselves, which decides.
 */
export class RepeatedIds {
  private prints: Float64Array;
  /** Half of each print; half of the table stays free. Who finds a place taken goes on to the next one. */
  private table: Int32Array;
  private count = 0;
  /** Secret, so that nobody can make prints that all want the same place. */
  private readonly seed = randomInt(2 ** 31);
  /** Prints of which half was met before; mostly the whole was. */
  private readonly metBefore = new Set<number>();

  /** For about so many leaves. */
  constructor(expected = 0) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.min(Math.max(expected, LEAST_CAPACITY), MOST_AT_ONCE)));
    this.prints = new Float64Array(capacity);
    this.table = new Int32Array(2 * capacity);
  }

  /** The leaves from an index on. What is not a number is of a leaf that could not be read. */
  addAll(firstIndex: number, prints: Float64Array): void {
    while (firstIndex + prints.length > this.prints.length) this.grow();
    this.prints.set(prints, firstIndex);
    this.prints.fill(Number.NaN, this.count, firstIndex);
    this.count = firstIndex + prints.length;
    this.placeAll(prints);
  }

  /** The indexes of leaves that share the end of their identifier with another one, in groups. */
  suspects(): number[][] {
    const groups = new Map(Array.from(this.metBefore, (print): [number, number[]] => [print, []]));
    if (groups.size === 0) return [];
    for (let index = 0; index < this.count; index++) groups.get(Number(this.prints[index]))?.push(index);
    return [...groups.values()].filter((group) => group.length > 1);
  }

  private placeAll(prints: Float64Array): void {
    const { seed, table } = this;
    const last = table.length - 1;
    for (let index = 0; index < prints.length; index++) {
      const print = Number(prints[index]);
      if (Number.isNaN(print)) continue;
      const half = (print | 0) === EMPTY ? 1 : print | 0;
      let place = mix(print, seed) & last;
      while (table[place] !== EMPTY && table[place] !== half) place = (place + 1) & last;
      if (table[place] === half) this.metBefore.add(print);
      table[place] = half;
    }
  }

  private grow(): void {
    const larger = new Float64Array(2 * this.prints.length);
    larger.set(this.prints);
    this.prints = larger;
    this.table = new Int32Array(2 * larger.length);
    this.metBefore.clear();
    this.placeAll(larger.subarray(0, this.count));
  }
}

function mix(print: number, seed: number): number {
  const low = Math.imul(print | 0, 0x9e3779b1) ^ seed;
  const mixed = Math.imul(low ^ (low >>> 15) ^ (print / 2 ** 32), seed | 1);
  return mixed ^ (mixed >>> 16);
}
