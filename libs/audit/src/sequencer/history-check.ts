import { type Checkpoint, GrowingTree, type TileSource } from '#libs/tlog';

/** What is known about the past of a log, from three places. */
export interface KnownHistory {
  readonly origin: string;
  /** The entries that are sealed, by the tables. */
  readonly size: number;
  /** The newest checkpoint in the tables. */
  readonly published: Checkpoint | null;
  /** What was published last, by what is kept outside of the database. */
  readonly anchored: Checkpoint | null;
}

const SEE = 'See "When sealing has stopped" in docs/operations.md.';

/**
 * Why going on would sign a second history, in words for an operator; null when all three places tell the same one. A
 * database that was restored from a backup is behind the anchor; one that was changed has another root at its size.
 */
export async function contradictionIn(
  { origin, size, published, anchored }: KnownHistory,
  tiles: TileSource,
): Promise<string | null> {
  const differs = async ({ size: at, root }: Checkpoint): Promise<boolean> =>
    !Buffer.from((await GrowingTree.resume(tiles, at)).root()).equals(root);

  if (published && published.size > size) {
    return `The database has a checkpoint of ${published.size} entries and only ${size} sealed ones: rows are missing. ${SEE}`;
  }
  if (published && (await differs(published))) {
    return `The sealed entries are not those of the checkpoint of ${published.size}: rows were changed. ${SEE}`;
  }
  if (published && !anchored) {
    return published.origin === origin
      ? `Checkpoints of ${origin} were published, up to ${published.size} entries, and there is no anchor: whether this database is a backup cannot be told. ${SEE}`
      : `The log was published as ${published.origin} and is now to be ${origin}. ${SEE}`;
  }
  if (anchored && anchored.size > size) {
    return `A checkpoint of ${anchored.size} entries was published, and this database has only ${size} sealed ones: it comes from a backup. ${SEE}`;
  }
  if (anchored && (await differs(anchored))) {
    return `The sealed entries are not those of which a checkpoint of ${anchored.size} was published: this database has another history. ${SEE}`;
  }
  return null;
}
