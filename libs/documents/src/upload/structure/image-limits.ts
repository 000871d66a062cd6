import { FileMalformedError } from '../upload.errors.js';

/** More segments or chunks than cameras, scanners and programs write: a budget for the walk through an image. */
const MAX_PARTS = 65_536;

/** Counts what a walk through an image meets. Throws `FileMalformedError` beyond a limit. */
export class ImageLimits {
  private parts = 0;

  constructor(private readonly maxPixels: number) {}

  /** Counts one segment of a JPEG or one chunk of a PNG. */
  countPart(): void {
    this.parts += 1;
    if (this.parts > MAX_PARTS)
      throw new FileMalformedError(`is an image of more than ${MAX_PARTS} segments`);
  }

  checkPixels(width: number, height: number): void {
    if (width === 0 || height === 0) throw new FileMalformedError('must have at least one pixel');
    if (width * height > this.maxPixels)
      throw new FileMalformedError(`must have at most ${this.maxPixels} pixels`);
  }
}
