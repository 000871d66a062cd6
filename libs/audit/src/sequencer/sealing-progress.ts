/**
 * How far the entries of a database are sealed. Transaction ids do not have the order of commits, so new entries are those
 * that the current snapshot sees and the previous one did not. No entry is skipped, however long its transaction takes, and a
 * long transaction does not delay other entries.
 */
export interface SealingProgress {
  /** The PostgreSQL cluster that the transaction ids below belong to. */
  readonly cluster: string;
  /** All entries that this pg_snapshot sees are sealed. In PostgreSQL's text format. */
  readonly seen: string;
  /** A later snapshot that is partly sealed: its additional entries up to `upTo` are. */
  readonly next: { readonly snapshot: string; readonly upTo: EntryPlace } | null;
}

/** A position in the order of sealing: by transaction id, then by entry id. */
export interface EntryPlace {
  readonly xid: string;
  readonly id: string;
}

/** The position before all entries. */
export const FIRST_PLACE: EntryPlace = { xid: '0', id: '00000000-0000-0000-0000-000000000000' };

/** Parts of a pg_snapshot, `xmin:xmax:xip_list` (PostgreSQL manual, "Transaction ID and Snapshot Information Functions"). */
export interface SnapshotParts {
  /** Transactions with this id or a higher one had not begun. */
  readonly xmax: string;
  /** Transactions that were still running. */
  readonly running: readonly string[];
}

export function snapshotParts(snapshot: string): SnapshotParts {
  const [, xmax, running] = /^\d+:(\d+):([\d,]*)$/.exec(snapshot) ?? [];
  if (xmax === undefined || running === undefined)
    throw new Error(`This is not a valid pg_snapshot: ${snapshot}`);
  return { xmax, running: running === '' ? [] : running.split(',') };
}

/** The progress after a batch that ends at `last`. `isComplete` when all entries that `snapshot` sees are sealed. */
export function progressAfter(
  before: SealingProgress,
  snapshot: string,
  last: EntryPlace | undefined,
  isComplete: boolean,
): SealingProgress {
  const { cluster, seen } = before;
  if (isComplete || last === undefined) return { cluster, seen: snapshot, next: null };
  return { cluster, seen, next: { snapshot, upTo: last } };
}
