import { TokenField } from '#libs/http';

/** Longer than the path of any possible tile. */
const MAX_PATH = 64;

/** The path after `tile/entries/`. A path that names no bundle answers 404. */
export class BundleParams {
  @TokenField({
    description:
      'The index of the bundle in groups of three digits, with an `x` before every group except the last. For a partial bundle, `.p/<W>` follows, where W is the number of its entries. Examples: `000`, `x001/234`, `005.p/17`.',
    max: MAX_PATH,
    example: '000.p/1',
  })
  '*'!: string;
}

/** The path after `tile/`. */
export class TileParams {
  @TokenField({
    description: 'The level of the tile, from 0 (leaf hashes) to 63.',
    max: MAX_PATH,
    example: '0',
  })
  level!: string;

  @TokenField({
    description:
      'The index of the tile within its level in groups of three digits, with an `x` before every group except the last. For a partial tile, `.p/<W>` follows, where W is the number of its hashes. Examples: `000`, `x001/234`, `005.p/17`.',
    max: MAX_PATH,
    example: '000.p/1',
  })
  '*'!: string;
}
