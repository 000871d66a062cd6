import { Injectable } from '@nestjs/common';
import { leafHash } from '#libs/merkle';
import { inclusionProof, provesInclusion } from '#libs/tlog';
import { SealedTiles } from '../log-store/sealed-tiles.repository.js';

/** A leaf to prove. */
export interface LeafInLog {
  readonly bytes: Uint8Array;
  readonly index: number;
}

/** The size and root of the log for which a proof is created. */
export interface LogState {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Creates inclusion proofs from the stored tiles and verifies each against the signed root before it returns it. */
@Injectable()
export class InclusionProofs {
  constructor(private readonly tiles: SealedTiles) {}

  /** Throws when the stored tiles do not match the root of the checkpoint. */
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
