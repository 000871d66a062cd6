import { type Checkpoint, GrowingTree, type TileSource } from '#libs/tlog';

/** The state of a log according to the tables, the newest checkpoint and the anchor. */
export interface KnownHistory {
  readonly origin: string;
  /** The number of sealed entries in the tables. */
  readonly size: number;
  /** The newest checkpoint in the database. */
  readonly published: Checkpoint | null;
  /** The checkpoint in the anchor. */
  readonly anchored: Checkpoint | null;
}

const SEE_RUNBOOK = 'See "When sealing has stopped" in docs/operations.md.';

/** Why the history is unknown. */
export const NO_SIGNED_CHECKPOINT = `Checkpoints are stored, but none is signed by a known key: rows were changed. ${SEE_RUNBOOK}`;

/**
 * Explains to the operator why continuing would sign a second history; null when tables, checkpoint and anchor agree. A
 * database restored from a backup is behind the anchor; changed rows give a different root at the same size.
 */
export async function findContradiction(
  { origin, size, published, anchored }: KnownHistory,
  tiles: TileSource,
): Promise<string | null> {
  const differs = async ({ size: at, root }: Checkpoint): Promise<boolean> =>
    !Buffer.from((await GrowingTree.resume(tiles, at)).root()).equals(root);

  if (published && published.size > size) {
    return `The newest checkpoint in the database covers ${published.size} entries, but the database has only ${size} sealed entries: rows are missing. ${SEE_RUNBOOK}`;
  }
  if (published && (await differs(published))) {
    return `The sealed entries do not match the checkpoint at size ${published.size}: rows were changed. ${SEE_RUNBOOK}`;
  }
  if (published && !anchored) {
    return published.origin === origin
      ? `Checkpoints of ${origin} were published up to size ${published.size}, but there is no anchor, so the server cannot tell whether this database was restored from a backup. ${SEE_RUNBOOK}`
      : `The log was published with the origin ${published.origin}, but the configured origin is ${origin}. ${SEE_RUNBOOK}`;
  }
  if (anchored && anchored.size > size) {
    return `A checkpoint at size ${anchored.size} was published, but this database has only ${size} sealed entries: it was restored from a backup, or entries were deleted. ${SEE_RUNBOOK}`;
  }
  if (anchored && (await differs(anchored))) {
    return `The sealed entries do not match the published checkpoint at size ${anchored.size}: this database has a different history. ${SEE_RUNBOOK}`;
  }
  return null;
}
