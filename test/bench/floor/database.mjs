import pg from 'pg';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.DATABASE_POOL_SIZE),
});

/** One named statement: PostgreSQL plans it once per connection. */
export function query(name, text, values) {
  return pool.query({ name, text, values });
}
