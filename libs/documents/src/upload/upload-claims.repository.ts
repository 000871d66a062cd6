import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';
import { type References } from '#libs/storage';

/** Sets our advisory locks apart from those of others. */
const SEED = 0x626c6f62;

/** Who may decide what becomes of staged bytes: the transaction that publishes them, or a sweeper, never both. */
@Injectable()
export class UploadClaimsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Until the running transaction ends, sweepers see that the key is being decided about. */
  async hold(key: string): Promise<void> {
    await this.uow.lock('SELECT pg_advisory_xact_lock(hashtextextended($1, $2))', [key, SEED]);
  }

  /**
   * Which keys belong to a committed version. A key that a transaction holds is undecided. PostgreSQL makes a commit
   * visible before it releases the locks, and the second statement sees what committed before it began: a key that is
   * neither held nor named here is named by nothing, and will not be once it cannot be published any more.
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
