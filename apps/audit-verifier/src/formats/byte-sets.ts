/*
 * Sets of bytes, so that sixteen bytes at a time can be looked up: of a set, all bytes that have the same low halves under
 * several high halves are one rectangle, and a byte is in it when both its halves have the rectangle's bit.
 */

/** The bit that all bytes have: places without a set ask for it. */
export const ANY = 1 << 15;
const MOST_RECTANGLES = 15;

/** The bits of each half of a byte. */
export const LOW_HALVES = new Uint16Array(16).fill(ANY);
export const HIGH_HALVES = new Uint16Array(16).fill(ANY);
let rectangles = 0;

/** The bits of which a byte has one when it is one of these characters, and none when it is another. */
export function setOf(characters: string): number {
  const lowsUnder = new Map<number, number[]>();
  for (const byte of Buffer.from(characters)) {
    lowsUnder.set(
      byte >> 4,
      [...(lowsUnder.get(byte >> 4) ?? []), byte & 0xf].sort((a, b) => a - b),
    );
  }
  const bitOf = new Map<string, number>();
  for (const [high, lows] of lowsUnder) {
    const bit = bitOf.get(lows.join()) ?? nextBit();
    bitOf.set(lows.join(), bit);
    HIGH_HALVES[high] = Number(HIGH_HALVES[high]) | bit;
    for (const low of lows) LOW_HALVES[low] = Number(LOW_HALVES[low]) | bit;
  }
  return [...bitOf.values()].reduce((set, bit) => set | bit, 0);
}

function nextBit(): number {
  if (rectangles === MOST_RECTANGLES) throw new Error('There are more sets of bytes than bits for them');
  return 1 << rectangles++;
}
