import * as all from './all.js';

/** All migrations, oldest first. Never edit a merged migration; add a new one. */
export const migrations = Object.values(all).toSorted((a, b) => timestampOf(a.name) - timestampOf(b.name));

/** The timestamp at the end of a class name; TypeORM runs migrations in its order. */
function timestampOf(name: string): number {
  return Number(name.slice(-13));
}
