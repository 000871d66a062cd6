/** More than any camera or scanner needs; a few KiB of PNG can claim far more and stall whoever opens it. */
const MAX_PIXELS = 50 * 1024 ** 2;

export function pixelComplaint(width: number, height: number): string | null {
  if (width === 0 || height === 0) return 'must have at least one pixel';
  return width * height > MAX_PIXELS ? `must have at most ${MAX_PIXELS} pixels` : null;
}
