import { type Pool } from 'pg';
import { type DataSource } from 'typeorm';

/**
 * The pool of `pg` behind TypeORM's data source, for reads outside a transaction and for metrics. TypeORM documents
 * `master` on its PostgreSQL driver but exports no type for it, so only this file reads it;
 * `connection-pool.int-spec.ts` fails if it changes. Throws unless the data source is initialised.
 */
export function poolOf({ driver }: DataSource): Pool {
  const { master } = driver as { master?: Pool };
  if (!master) throw new Error('The data source is not connected');
  return master;
}
