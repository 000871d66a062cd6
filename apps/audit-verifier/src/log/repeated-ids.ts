/**
 * Finds leaves that may have the same identifier, by the random end of each: 16 bytes for a leaf, and one sort at the end.
 * Equal ends are rare enough to look at the leaves themselves, which decides.
 */
export class RepeatedIds {
  private prints = new Float64Array(4096);
  private count = 0;

  /** In the order of the leaves. What is not a number is of a leaf that could not be read. */
  addAll(prints: Float64Array): void {
    while (this.count + prints.length > this.prints.length) {
      const larger = new Float64Array(2 * this.prints.length);
      larger.set(this.prints);
      this.prints = larger;
    }
    this.prints.set(prints, this.count);
    this.count += prints.length;
  }

  /** The indexes of leaves that share the end of their identifier with another one, in groups. */
  suspects(): number[][] {
    const all = this.prints.subarray(0, this.count);
    const sorted = Float64Array.from(all).sort();
    const repeated = new Map<number, number[]>();
    for (let place = 1; place < sorted.length; place++) {
      if (sorted[place] === sorted[place - 1]) repeated.set(Number(sorted[place]), []);
    }
    if (repeated.size > 0) all.forEach((print, index) => repeated.get(print)?.push(index));
    return [...repeated.values()];
  }
}
