import { type UnitOfWork } from '#libs/postgres';
import { leafHash } from '#libs/merkle';
import {
  type Checkpoint,
  type FullTile,
  GrowingTree,
  parseCheckpoint,
  parseNote,
  type TileSource,
} from '#libs/tlog';
import { makeLeaf } from '../entries/leaf.js';
import { type VerifiedCheckpoints } from '../log-store/verified-checkpoints.js';
import { Anchor, AnchorError } from './anchor.js';
import { findContradiction, NO_SIGNED_CHECKPOINT } from './history-check.js';
import { type LogSigners } from './log-signers.js';
import { FIRST_PLACE, progressAfter, type SealingProgress, snapshotParts } from './sealing-progress.js';
import {
  type PlacedLeaf,
  type SealedState,
  type SealingRepository,
  type UnsealedEntry,
} from './sealing.repository.js';

/** Continuing would sign a second history: an operator must decide. */
export class SealingStoppedError extends Error {
  override readonly name = 'SealingStoppedError';
}

/** The database changed since the last batch: another process sealed entries, or it is a different database. */
export class HistoryChangedError extends Error {
  override readonly name = 'HistoryChangedError';
}

export interface SealingPorts {
  readonly repository: SealingRepository;
  readonly checkpoints: VerifiedCheckpoints;
  readonly tiles: TileSource;
  readonly signers: LogSigners;
  readonly uow: UnitOfWork;
  readonly anchorDir: string;
}

/**
 * A scan of existing entries by identifier for unsealed ones, when the stored progress cannot be used. It ends at the newest
 * entry of its start: later entries are not in the snapshot of the progress and are sealed afterwards.
 */
interface Sweep {
  after: string;
  readonly upTo: string;
}

/**
 * The state of a sequencer during one term as leader. It is discarded after any error and when another process becomes the
 * leader: the tables are authoritative, and this state only avoids reading them again.
 */
export class SealingTerm {
  published: number;
  private readonly waiting: Date[] = [];

  private constructor(
    readonly origin: string,
    readonly anchor: Anchor,
    private readonly ports: SealingPorts,
    private readonly state: SealedState,
    private readonly tree: GrowingTree,
    private progress: SealingProgress,
    private sweep: Sweep | null,
    published: number,
  ) {
    this.published = published;
  }

  /**
   * Reads the state of the log. Throws `SealingStoppedError` when tables, checkpoint and anchor contradict each other. Reads
   * checkpoint, anchor and tables in this order, the reverse of writing, so that a concurrent leader causes no contradiction.
   */
  static async begin(ports: SealingPorts): Promise<SealingTerm> {
    const { repository, checkpoints, tiles, signers, anchorDir } = ports;
    const { checkpoint: latest, falseOnly } = await checkpoints.newestSigned(signers.ownKeys);
    if (falseOnly) throw new SealingStoppedError(NO_SIGNED_CHECKPOINT);
    const published = latest && parseCheckpoint(parseNote(latest.note).text);
    const origin = signers.originOf(published?.origin ?? null);
    const anchor = new Anchor(anchorDir, origin);
    const anchored = await readAnchor(anchor);
    const state = await repository.state();
    const contradiction = await findContradiction({ origin, size: state.size, published, anchored }, tiles);
    if (contradiction !== null) throw new SealingStoppedError(contradiction);
    const tree = await GrowingTree.resume(tiles, state.size);
    const kept = await repository.progress();
    const { cluster, snapshot } = state;
    const progress = kept && belongsTo(state, kept) ? kept : { cluster, seen: snapshot, next: null };
    // Read after the snapshot: every entry that the snapshot sees has an id up to this one.
    const newest = progress === kept ? null : await repository.newestEntry();
    const sweep = newest === null ? null : { after: FIRST_PLACE.id, upTo: newest };
    return new SealingTerm(origin, anchor, ports, state, tree, progress, sweep, published?.size ?? 0);
  }

  get size(): number {
    return this.tree.size;
  }

  checkpoint(): Checkpoint {
    return { origin: this.origin, size: this.tree.size, root: this.tree.root() };
  }

  /** Marks the whole tree as published. Returns the waiting time of each newly covered entry in milliseconds. */
  markPublished(now: Date): number[] {
    this.published = this.tree.size;
    return this.waiting.splice(0).map((occurredAt) => now.getTime() - occurredAt.getTime());
  }

  /** Seals at most `limit` entries and returns their number, or `limit` if more entries may be waiting. */
  async seal(limit: number): Promise<number> {
    if (this.sweep) return this.sealFromSweep(this.sweep, limit);
    const { progress } = this;
    const { state, entries } = await this.ports.repository.findUnsealed(progress, limit);
    this.requireSameHistory(state);
    const isComplete = entries.length < limit;
    const after = progressAfter(progress, state.snapshot, entries.at(-1), isComplete);
    if (entries.length > 0) await this.append(entries, after);
    this.progress = after;
    // The stored snapshot is complete; entries that were committed after it may be waiting.
    return isComplete && progress.next ? limit : entries.length;
  }

  /** Seals those of these entries that are not sealed yet, whatever the progress says. Returns their number. */
  async sealThese(ids: readonly string[]): Promise<number> {
    const { state, entries } = await this.ports.repository.findUnsealedAmong(ids);
    this.requireSameHistory(state);
    if (entries.length > 0) await this.append(entries, null);
    return entries.length;
  }

  private async sealFromSweep(sweep: Sweep, limit: number): Promise<number> {
    const { state, entries, last } = await this.ports.repository.findUnsealedBetween(sweep, limit);
    this.requireSameHistory(state);
    // During a sweep there is no progress from which another leader could continue.
    if (entries.length > 0) await this.append(entries, null);
    if (last === null) this.sweep = null;
    else sweep.after = last;
    return limit;
  }

  private async append(entries: readonly UnsealedEntry[], progress: SealingProgress | null): Promise<void> {
    const tiles: FullTile[] = [];
    const leaves = entries.map((entry) => {
      const leaf = this.place(entry);
      tiles.push(...this.tree.append(leaf.hash));
      return leaf;
    });
    await this.ports.uow.transact(() => this.ports.repository.append(leaves, tiles, progress), {
      separate: true,
    });
    // Entries of a release without leaves are not measured.
    for (const { leaf, occurredAt } of entries) if (leaf !== null) this.waiting.push(occurredAt);
  }

  private place({ id, leaf, columns }: UnsealedEntry): PlacedLeaf {
    const index = this.tree.size;
    if (leaf !== null) return { index, entryId: id, hash: leafHash(leaf), adopted: null };
    if (columns === null) throw new Error(`The entry ${id} has neither a leaf nor columns`);
    const adopted = makeLeaf(columns);
    return { index, entryId: id, hash: leafHash(adopted.bytes), adopted };
  }

  private requireSameHistory({ incarnation, size }: SealedState): void {
    if (incarnation !== this.state.incarnation || size !== this.tree.size) throw new HistoryChangedError();
  }
}

async function readAnchor(anchor: Anchor): Promise<Checkpoint | null> {
  try {
    return await anchor.read();
  } catch (error) {
    if (error instanceof AnchorError) throw new SealingStoppedError(error.message, { cause: error });
    throw error;
  }
}

/** Whether the transaction ids of the stored progress belong to this cluster and are not ahead of it. */
function belongsTo({ cluster, snapshot }: SealedState, kept: SealingProgress): boolean {
  const [now, then] = [snapshotParts(snapshot), snapshotParts(kept.next?.snapshot ?? kept.seen)];
  return kept.cluster === cluster && BigInt(then.xmax) <= BigInt(now.xmax);
}
