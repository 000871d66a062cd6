import { TokenField } from '#libs/kernel';

/** Longer than the name of any tile that a log can have. */
const MAX_PATH = 64;

/** What stands behind `tile/entries/` in an address. The name of nothing is not found rather than wrong. */
export class BundleParams {
  @TokenField({
    description:
      'The number of the bundle in groups of three digits, all but the last behind an `x`, and `.p/<W>` for the first W entries of one that is not full: `000`, `x001/234`, `005.p/17`.',
    max: MAX_PATH,
    example: '000.p/1',
  })
  '*'!: string;
}

/** What stands behind `tile/` in an address. */
export class TileParams {
  @TokenField({
    description: 'The level of the tile, from 0 (hashes of leaves) to 63.',
    max: MAX_PATH,
    example: '0',
  })
  level!: string;

  @TokenField({
    description:
      'The number of the tile in its level in groups of three digits, all but the last behind an `x`, and `.p/<W>` for the first W hashes of one that is not full: `000`, `x001/234`, `005.p/17`.',
    max: MAX_PATH,
    example: '000.p/1',
  })
  '*'!: string;
}
