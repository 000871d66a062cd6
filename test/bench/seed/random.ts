/** Pseudo-random numbers that depend only on the row: the same data on every machine. */
export class RowRandom {
  private state: number;

  constructor(row: number, purpose: number) {
    this.state = (Math.imul(row, 0x9e3779b1) ^ Math.imul(purpose, 0x85ebca6b)) >>> 0;
  }

  /** 32 bits (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** From 0 inclusive to 1 exclusive. */
  share(): number {
    return this.next() / 2 ** 32;
  }

  /** A whole number from 0 inclusive to `count` exclusive. */
  below(count: number): number {
    return Math.floor(this.share() * count);
  }

  /** Like `below`, but a few numbers are frequent and most are rare, as with customers. */
  skewedBelow(count: number): number {
    return Math.floor(this.share() ** 4 * count);
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.next().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }

  /** One of the names, with the given weights. */
  weighted<T extends string>(weights: ReadonlyArray<readonly [T, number]>): T {
    let left = this.share() * weights.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of weights) {
      left -= weight;
      if (left < 0) return name;
    }
    return weights[0]![0];
  }
}

/** A UUIDv7 of this time, whose other bits come from the row. */
export function uuidOf(milliseconds: number, random: RowRandom): string {
  const time = milliseconds.toString(16).padStart(12, '0');
  const variant = '89ab'[random.below(4)];
  const rest = random.hex(18);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-${variant}${rest.slice(3, 6)}-${rest.slice(6)}`;
}
