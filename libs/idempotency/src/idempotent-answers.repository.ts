import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';

/** A key belongs to its account: two accounts may use the same text. */
export interface KeyOfActor {
  readonly actorId: string;
  readonly key: string;
}

export interface IdempotentAnswer extends KeyOfActor {
  readonly operation: string;
  readonly fingerprint: Buffer;
  readonly status: number;
  /** The JSON body as text; null for a response without a body. */
  readonly body: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

type StoredAnswer = Omit<IdempotentAnswer, 'createdAt' | 'expiresAt'> & {
  readonly createdAt: string;
  readonly expiresAt: string;
};

/** Stored responses. All methods but `prune` must run in the transaction of the effect. */
@Injectable()
export class IdempotentAnswersRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Locks the key until the transaction ends, without waiting; false if another transaction holds it. Statements after
   * this one see what that transaction stored. PostgreSQL releases the lock when the connection ends, so a crash
   * blocks no client.
   */
  async claim(key: KeyOfActor): Promise<boolean> {
    const [row] = await this.uow.lock<{ claimed: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1::bigint) AS claimed',
      [lockOf(key)],
    );
    return row?.claimed === true;
  }

  async find({ actorId, key }: KeyOfActor): Promise<IdempotentAnswer | null> {
    const [row] = await this.uow.lock<StoredAnswer>(
      `SELECT actor_id AS "actorId", key, operation, fingerprint, status, body,
              created_at AS "createdAt", expires_at AS "expiresAt"
       FROM api.idempotent_answers WHERE actor_id = $1 AND key = $2`,
      [actorId, key],
    );
    return row ? { ...row, createdAt: new Date(row.createdAt), expiresAt: new Date(row.expiresAt) } : null;
  }

  async remove({ actorId, key }: KeyOfActor): Promise<void> {
    await this.uow.write('DELETE FROM api.idempotent_answers WHERE actor_id = $1 AND key = $2', [
      actorId,
      key,
    ]);
  }

  async append(answer: IdempotentAnswer): Promise<void> {
    await this.uow.write(
      `INSERT INTO api.idempotent_answers
         (actor_id, key, operation, fingerprint, status, body, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        answer.actorId,
        answer.key,
        answer.operation,
        answer.fingerprint,
        answer.status,
        answer.body,
        answer.createdAt,
        answer.expiresAt,
      ],
    );
  }

  /**
   * Removes at most `limit` responses that expired before `now` and returns their number. Safe beside requests and
   * other pruners.
   */
  async prune(now: Date, limit: number): Promise<number> {
    const manager = await this.uow.manager();
    const [row] = await manager.query<Array<{ removed: number }>>(
      `WITH expired AS (
         SELECT actor_id, key FROM api.idempotent_answers WHERE expires_at <= $1
         ORDER BY expires_at LIMIT $2
       ), gone AS (
         DELETE FROM api.idempotent_answers answer USING expired
         WHERE answer.actor_id = expired.actor_id AND answer.key = expired.key RETURNING 1
       )
       SELECT count(*)::int AS removed FROM gone`,
      [now, limit],
    );
    return row?.removed ?? 0;
  }
}

/** The lock number of a key. A collision, at odds of 1 in 2^64, only causes a 409. */
function lockOf({ actorId, key }: KeyOfActor): string {
  return createHash('sha256').update(`idempotency ${actorId} ${key}`).digest().readBigInt64BE().toString();
}
