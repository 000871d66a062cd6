import { Column, Entity, PrimaryColumn } from 'typeorm';
import { useDatabase } from '../support/describe-api.js';
import { allEntities, entityDrift } from '../support/entity-drift.js';

@Entity({ schema: 'documents', name: 'blob_store' })
class Planted {
  @PrimaryColumn({ type: 'boolean', name: 'only_row' })
  onlyRow!: boolean;

  @Column({ type: 'text', name: 'store_id' })
  storeId!: string;

  @Column({ type: 'timestamptz', name: 'bound_at', nullable: true })
  boundAt!: Date | null;

  @Column({ type: 'integer', array: true })
  invented!: number[];
}

const database = useDatabase();

describe('entities', () => {
  it('match the migrated schema in every column', async () => {
    const entities = await allEntities();
    expect(entities.length).toBeGreaterThanOrEqual(5);
    const { differences, tablesWithoutEntity } = await entityDrift(database.ownerUrl, entities);
    expect(differences).toEqual([]);
    // Tables that are read and written only in plain SQL.
    expect(tablesWithoutEntity).toEqual([
      'api.idempotent_answers',
      'audit.checkpoints',
      'audit.entries',
      'audit.log_keys',
      'audit.personal_values',
      'audit.sealed_leaves',
      'audit.sealing_progress',
      'audit.tiles',
      'auth.credentials',
      'auth.invitations',
      'auth.rate_limits',
      'auth.refresh_tokens',
      'auth.revocations',
      'auth.sessions',
      'documents.blob_store',
      'documents.deliveries',
      'documents.usage',
      'public.migrations',
    ]);
  });

  it('are reported where they differ', async () => {
    const { differences } = await entityDrift(database.ownerUrl, [Planted]);
    expect(differences).toEqual([
      'documents.blob_store.bound_at: timestamp with time zone null in the entity, timestamp with time zone not null in the database',
      'documents.blob_store.invented: integer[] not null in the entity, nothing in the database',
      'documents.blob_store.store_id: text not null in the entity, uuid not null in the database',
    ]);
  });
});
