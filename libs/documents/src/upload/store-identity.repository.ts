import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';

/** The recorded id of the store that contains the documents of this database. */
@Injectable()
export class StoreIdentityRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async find(): Promise<string | null> {
    const [row] = await this.uow.read<{ store_id: string }>('SELECT store_id FROM documents.blob_store', []);
    return row?.store_id ?? null;
  }

  /** Records the id of the store unless an id is recorded already. Returns the recorded id. */
  async bind(id: string): Promise<string> {
    return this.uow.transact(async () => {
      const manager = await this.uow.manager();
      await manager.query(
        `INSERT INTO documents.blob_store (store_id, bound_at) VALUES ($1, $2) ON CONFLICT (only_row) DO NOTHING`,
        [id, this.clock.now()],
      );
      // Only the next statement sees the row of a transaction that has committed in between.
      return (await this.find()) ?? id;
    });
  }

  /** Replaces the recorded id, only while there are no versions. Returns the recorded id. */
  async rebind(from: string, to: string): Promise<string> {
    return this.uow.transact(async () => {
      const manager = await this.uow.manager();
      await manager.query(
        `UPDATE documents.blob_store SET store_id = $2, bound_at = $3
         WHERE store_id = $1 AND NOT EXISTS (SELECT FROM documents.versions)`,
        [from, to, this.clock.now()],
      );
      return (await this.find()) ?? to;
    });
  }

  async hasVersions(): Promise<boolean> {
    const [row] = await this.uow.read<{ present: boolean }>(
      'SELECT EXISTS (SELECT FROM documents.versions) AS present',
      [],
    );
    return row?.present === true;
  }
}
