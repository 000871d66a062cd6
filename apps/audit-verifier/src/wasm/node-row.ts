import { foldRow, HASH_BYTES } from '#libs/merkle';
import { startNodes } from './proven-nodes.js';
import { ROOM } from './sha256-nodes.js';

/** Hashes that become four nodes. */
const FOUR_PAIRS = 8;

/**
 * A row of hashes of neighbours that is folded as by `foldRow`, four nodes at a time as long as each hash has another one. Where
 * that cannot run, and from where one is odd, it is `foldRow` itself.
 */
export class NodeRow {
  readonly hashes: Buffer;

  constructor(
    width: number,
    private readonly program = startNodes(),
  ) {
    const memory = this.program?.memory.subarray(ROOM) ?? Buffer.alloc(width * HASH_BYTES);
    this.hashes = memory.subarray(0, width * HASH_BYTES);
  }

  /** The hash of the subtree above the first `count` hashes. What stood in the row is lost. */
  fold(count: number): Buffer {
    if (count * HASH_BYTES > this.hashes.length) throw new RangeError(`A row without ${count} hashes`);
    let width = count;
    for (; this.program && width > 0 && width % 2 === 0; width /= 2) {
      // With fewer than four pairs left, some nodes are made of what lies behind the row, and nobody looks at them.
      this.program.run(ROOM, ROOM, Math.ceil(width / FOUR_PAIRS));
    }
    return foldRow(this.hashes, width);
  }
}
