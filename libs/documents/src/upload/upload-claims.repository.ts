import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';
import { type References } from '#libs/storage';

/** Seed of the hash, so that these advisory locks differ from other ones. */
const SEED = 0x626c6f62;

/** Locks on staged files: either the transaction that publishes a file or the staging sweep handles it, never both. */
@Injectable()
export class UploadClaimsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Locks the key until the running transaction ends, so that the staging sweep skips it. */
  async hold(key: string): Promise<void> {
    await this.uow.lock('SELECT pg_advisory_xact_lock(hashtextextended($1, $2))', [key, SEED]);
  }

  /**
   * Which keys belong to a committed version. A key that a transaction has locked is undecided. PostgreSQL makes a commit
   * visible before it releases its locks, and the second statement sees all earlier commits: a key that is neither locked
   * nor returned belongs to no version.
   */
  async references(keys: readonly string[]): Promise<References> {
    return this.uow.transact(async () => {
      const manager = await this.uow.manager();
      const locks = await manager.query<Array<{ key: string; free: boolean }>>(
        `SELECT key, pg_try_advisory_xact_lock(hashtextextended(key, $2)) AS free FROM unnest($1::text[]) AS key`,
        [keys, SEED],
      );
      const rows = await manager.query<Array<{ storage_key: string }>>(
        'SELECT storage_key FROM documents.versions WHERE storage_key = ANY ($1::uuid[])',
        [keys],
      );
      return {
        referenced: new Set(rows.map((row) => row.storage_key)),
        undecided: new Set(locks.filter(({ free }) => !free).map(({ key }) => key)),
      };
    });
  }
}
