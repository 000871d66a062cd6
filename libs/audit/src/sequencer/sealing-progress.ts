/**
 * How far the entries of a database are sealed. A transaction's number is no order of commits, so what is new is what the
 * snapshot of now sees and the one of the last time did not: no entry is left out however long its transaction took, and
 * no transaction that takes long holds up the others.
 */
export interface SealingProgress {
  /** The cluster in which the numbers of transactions below mean something. */
  readonly cluster: string;
  /** Everything that this snapshot sees is sealed. Written as PostgreSQL writes a pg_snapshot. */
  readonly seen: string;
  /** Of what only this later snapshot sees, everything up to an entry is sealed. */
  readonly next: { readonly snapshot: string; readonly upTo: EntryPlace } | null;
}

/** A place in the order of sealing: by transaction, and within one by identifier. */
export interface EntryPlace {
  readonly xid: string;
  readonly id: string;
}

/** Before the first entry. */
export const FIRST_PLACE: EntryPlace = { xid: '0', id: '00000000-0000-0000-0000-000000000000' };

/** xmin:xmax:xip_list, as the manual of PostgreSQL describes pg_snapshot (section 9.28.8). */
export interface SnapshotParts {
  /** Transactions from this number on had not begun. */
  readonly xmax: string;
  /** These were still running. */
  readonly running: readonly string[];
}

export function snapshotParts(snapshot: string): SnapshotParts {
  const [, xmax, running] = /^\d+:(\d+):([\d,]*)$/.exec(snapshot) ?? [];
  if (xmax === undefined || running === undefined)
    throw new Error(`This is not a valid pg_snapshot: ${snapshot}`);
  return { xmax, running: running === '' ? [] : running.split(',') };
}

/** After a batch of at most `limit` entries, taken from what `snapshot` sees. */
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
