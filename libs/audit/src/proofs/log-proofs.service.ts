import { Injectable } from '@nestjs/common';
import { type Actor, AuditTrail, ValidationError } from '#libs/kernel';
import { NotSealedYetError } from './not-sealed-yet.error.js';
import { emptyRoot } from '#libs/merkle';
import { consistencyProof, readHashes } from '#libs/tlog';
import { AuditEntriesRepository } from '../entries/audit-entries.repository.js';
import { EntryReach } from '../entries/entry-reach.js';
import { NewestCheckpoint } from '../log-store/newest-checkpoint.js';
import { NothingSealedError, TreeSizeNotReachedError } from '../log-store/sealed-log.errors.js';
import { SealedLog, type SealedLeaf, type SignedCheckpoint } from '../log-store/sealed-log.repository.js';
import { SealedTiles } from '../log-store/sealed-tiles.repository.js';
import { InclusionProofs } from './inclusion-proofs.js';

/** An inclusion proof of an entry. */
export interface Inclusion {
  readonly leaf: SealedLeaf;
  readonly path: readonly Uint8Array[];
  readonly checkpoint: SignedCheckpoint;
}

/** A consistency proof between two sizes. */
export interface Consistency {
  readonly from: number;
  readonly fromRoot: Uint8Array;
  readonly to: number;
  readonly toRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** Creates inclusion and consistency proofs from the tiles of the log. */
@Injectable()
export class LogProofs {
  constructor(
    private readonly newest: NewestCheckpoint,
    private readonly log: SealedLog,
    private readonly tiles: SealedTiles,
    private readonly inclusion: InclusionProofs,
    private readonly entries: AuditEntriesRepository,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Proves an entry for the newest checkpoint. Throws `NotFoundError` for an entry that the reader may not see, and
   * `NotSealedYetError` while no checkpoint covers it. Rejects if the proof does not match the checkpoint.
   */
  async ofEntry(reader: Actor, id: string): Promise<Inclusion> {
    await this.entries.get(id, new EntryReach(reader, 'audit:read'));
    this.audit.setTarget({ type: 'audit_log', id });
    const leaf = await this.log.findLeaf(id);
    const checkpoint = leaf && (await this.newest.findReaching(leaf.index + 1));
    if (!leaf || !checkpoint || checkpoint.size <= leaf.index) throw new NotSealedYetError();
    return { leaf, path: await this.inclusion.prove(leaf, checkpoint), checkpoint };
  }

  /** `wanted` defaults to the newest size. Throws `NothingSealedError`, `TreeSizeNotReachedError`, `ValidationError`. */
  async between(from: number, wanted?: number): Promise<Consistency> {
    const reach = Math.max(from, wanted ?? 0);
    const newest = wanted === undefined ? await this.newest.find() : await this.newest.findReaching(reach);
    if (!newest) throw new NothingSealedError();
    if (reach > newest.size) throw new TreeSizeNotReachedError(reach, newest.size);
    const to = wanted ?? newest.size;
    if (from > to) throw invalidOrder();
    const [path, fromRoot, toRoot] = [
      await consistencyProof(this.tiles, from, to),
      await this.rootOf(from),
      await this.rootOf(to),
    ];
    return { from, fromRoot, to, toRoot, path };
  }

  private async rootOf(size: number): Promise<Uint8Array> {
    if (size === 0) return emptyRoot();
    const [root] = await readHashes(this.tiles, [{ begin: 0, end: size }], size);
    if (!root) throw new Error(`The log of ${size} has no root`);
    return root;
  }
}

function invalidOrder(): ValidationError {
  return new ValidationError('The later size is smaller than the earlier size', {
    errors: [{ in: 'query', pointer: '/to', detail: 'must be at least from' }],
  });
}
