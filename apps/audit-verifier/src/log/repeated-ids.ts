import { randomInt } from 'node:crypto';

const NOBODY = -1;
const LEAST_CAPACITY = 1024;
/** More is made room for when it comes: how many there are was only said so far. */
const MOST_AT_ONCE = 2 ** 24;

/**
 * Finds leaves that may have the same identifier, by the random end of each: 16 to 32 bytes of memory for a leaf, and one look
 * at a table. Equal ends are rare enough to look at the leaves themselves, which decides.
 */
export class RepeatedIds {
  private prints: Float64Array;
  /** Leaves by their print; half of it stays free. Who finds a place taken goes on to the next one. */
  private table: Int32Array;
  private count = 0;
  /** Secret, so that nobody can make prints that all want the same place. */
  private readonly seed = randomInt(2 ** 31);
  private readonly groups = new Map<number, number[]>();

  /** For about so many leaves. */
  constructor(expected = 0) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.min(Math.max(expected, LEAST_CAPACITY), MOST_AT_ONCE)));
    this.prints = new Float64Array(capacity);
    this.table = new Int32Array(2 * capacity).fill(NOBODY);
  }

  /** The leaves from an index on. What is not a number is of a leaf that could not be read. */
  addAll(firstIndex: number, prints: Float64Array): void {
    while (firstIndex + prints.length > this.prints.length) this.grow();
    this.prints.set(prints, firstIndex);
    this.prints.fill(Number.NaN, this.count, firstIndex);
    this.count = firstIndex + prints.length;
    for (let index = firstIndex; index < this.count; index++) this.place(index);
  }

  /** The indexes of leaves that share the end of their identifier with another one, in groups. */
  suspects(): number[][] {
    return [...this.groups.values()];
  }

  private place(index: number): void {
    const { prints, table } = this;
    const print = Number(prints[index]);
    if (Number.isNaN(print)) return;
    const last = table.length - 1;
    let place = this.mix(print) & last;
    while (table[place] !== NOBODY && prints[Number(table[place])] !== print) place = (place + 1) & last;
    const before = Number(table[place]);
    if (before === NOBODY) table[place] = index;
    else this.group(print, before).push(index);
  }

  private group(print: number, first: number): number[] {
    const group = this.groups.get(print) ?? [first];
    this.groups.set(print, group);
    return group;
  }

  private mix(print: number): number {
    const low = Math.imul(print | 0, 0x9e3779b1) ^ this.seed;
    const mixed = Math.imul(low ^ (low >>> 15) ^ (print / 2 ** 32), this.seed | 1);
    return mixed ^ (mixed >>> 16);
  }

  private grow(): void {
    const larger = new Float64Array(2 * this.prints.length);
    larger.set(this.prints);
    this.prints = larger;
    this.table = new Int32Array(2 * larger.length).fill(NOBODY);
    this.groups.clear();
    for (let index = 0; index < this.count; index++) this.place(index);
  }
}
