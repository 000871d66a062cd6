import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';

/** The id of the store that holds the bytes of this database's documents. */
@Injectable()
export class StoreBindingRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async find(): Promise<string | null> {
    const [row] = await this.uow.read<{ store_id: string }>('SELECT store_id FROM documents.blob_store', []);
    return row?.store_id ?? null;
  }

  /** Binds the database to the store unless it is bound already; resolves with the one it is bound to. */
  async bind(id: string): Promise<string> {
    return this.uow.transact(async () => {
      const manager = await this.uow.manager();
      await manager.query(
        `INSERT INTO documents.blob_store (store_id, bound_at) VALUES ($1, $2) ON CONFLICT (only_row) DO NOTHING`,
        [id, this.clock.now()],
      );
      // A row of a transaction that committed meanwhile is only visible to the next statement.
      return (await this.find()) ?? id;
    });
  }

  /** Binds the database to another store; only while there is nothing that the former one could hold. */
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
