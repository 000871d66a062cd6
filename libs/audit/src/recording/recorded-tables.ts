import { Injectable, type OnModuleInit } from '@nestjs/common';
import { product } from '#libs/declarations';
import { StartRefusedError } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';

/**
 * Tables that exist without a trigger that looks for an audit entry when the transaction ends. A table that does not exist
 * yet is a pending migration, which readiness reports.
 */
const WITHOUT_TRIGGER = `
  SELECT name FROM unnest($1::text[]) name
  WHERE to_regclass(name) IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = to_regclass(name) AND t.tgenabled <> 'D' AND t.tgdeferrable AND t.tginitdeferred
      AND p.prosrc LIKE '%audit.require_entry(%')`;

/** Refuses a start in which a module declares a recorded table and the database does not demand its entries. */
@Injectable()
export class RecordedTables implements OnModuleInit {
  constructor(private readonly uow: UnitOfWork) {}

  async onModuleInit(): Promise<void> {
    const { modules } = product();
    const tables = modules.flatMap(({ recordedTables = [] }) => recordedTables);
    const open = await this.uow.read<{ name: string }>(WITHOUT_TRIGGER, [tables]);
    if (open.length === 0) return;
    throw new StartRefusedError(
      open
        .map(({ name }) => {
          const owner = modules.find(({ recordedTables = [] }) => recordedTables.some((t) => t === name));
          return `libs/${owner?.name} declares the recorded table ${name}, but the table has no constraint trigger that calls audit.require_entry: add it in the migration`;
        })
        .join('\n'),
    );
  }
}
