import { Injectable } from '@nestjs/common';
import { leafHash } from '#libs/merkle';
import { inclusionProof, provesInclusion } from '#libs/tlog';
import { SealedTiles } from '../log-store/sealed-tiles.repository.js';

/** A leaf that is to be shown to be in the log. */
export interface LeafInLog {
  readonly bytes: Uint8Array;
  readonly index: number;
}

/** The state of the log that it is to be shown for. */
export interface LogState {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Proves leaves from the stored tiles, and believes none of them: what does not lead to the signed root is not given out. */
@Injectable()
export class InclusionProofs {
  constructor(private readonly tiles: SealedTiles) {}

  /** Throws when the tables do not hold what the checkpoint says. */
  async prove({ bytes, index }: LeafInLog, { size, root }: LogState): Promise<Uint8Array[]> {
    const path = await inclusionProof(this.tiles, index, size);
    if (!provesInclusion(path, { index, size, root, leafHash: leafHash(bytes) })) {
      throw new Error(
        `The proof of leaf ${index} does not match the root of the checkpoint at size ${size}: the log is damaged`,
      );
    }
    return path;
  }
}
