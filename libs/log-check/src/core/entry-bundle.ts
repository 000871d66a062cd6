import { Broken } from '../findings.js';

/** Bytes before each leaf: its length, big-endian (C2SP tlog-tiles, "Log entries"). */
export const LENGTH_BYTES = 2;
/** The most that a bundle of 256 leaves can be. */
export const MOST_BUNDLE_BYTES = 256 * (LENGTH_BYTES + 0xffff);

/**
 * Where each leaf of a bundle begins, and behind the last one where the bundle ends; `starts[n + 1] - LENGTH_BYTES` is the
 * end of leaf n. Throws `Broken` for a bundle with more or fewer leaves than it must have, or one that ends in the middle.
 */
export function leavesOf(bundle: Uint8Array, width: number, firstIndex: number): Int32Array {
  const starts = new Int32Array(width + 1);
  let at = 0;
  for (let place = 0; place < width; place++) {
    if (at + LENGTH_BYTES > bundle.length) {
      throw new Broken(
        `leaf ${firstIndex + place}`,
        `it is missing: its bundle ends after ${place} of ${width} leaves`,
      );
    }
    const length = ((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0);
    starts[place] = at + LENGTH_BYTES;
    at += LENGTH_BYTES + length;
    if (at > bundle.length) {
      throw new Broken(`leaf ${firstIndex + place}`, 'its bundle ends in the middle of it');
    }
  }
  if (at !== bundle.length) {
    throw new Broken(
      `leaf ${firstIndex + width}`,
      `the bundle holds ${bundle.length - at} bytes more than its ${width} leaves`,
    );
  }
  starts[width] = at + LENGTH_BYTES;
  return starts;
}
