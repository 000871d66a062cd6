import { foldRow, HASH_BYTES } from '#libs/merkle';
import { startNodes } from './proven-nodes.js';
import { ROOM } from './sha256-nodes.js';

/** Nodes that are hashed at a time, and so twice as many hashes that become them. */
const LANES = 4;

/**
 * A row of hashes of neighbours that is folded as by `foldRow`, four nodes at a time as long as there are four. Where that
 * cannot run, and for the few nodes at the top, it is `foldRow` itself.
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
    for (; this.program && width > 0 && width % (2 * LANES) === 0; width /= 2) {
      this.program.run(ROOM, ROOM, width / (2 * LANES));
    }
    return foldRow(this.hashes, width);
  }
}
