import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';

/** Whose key it is: the same text under two accounts is two keys. */
export interface KeyOfActor {
  readonly actorId: string;
  readonly key: string;
}

export interface IdempotentAnswer extends KeyOfActor {
  readonly operation: string;
  readonly fingerprint: Buffer;
  readonly status: number;
  /** The JSON that was answered, as text; null for an answer without a body. */
  readonly body: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

type StoredAnswer = Omit<IdempotentAnswer, 'createdAt' | 'expiresAt'> & {
  readonly createdAt: string;
  readonly expiresAt: string;
};

/** Answers that were given under a key. Everything but `prune` belongs into the transaction of the effect. */
@Injectable()
export class IdempotentAnswersRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Takes the key for the rest of the running transaction without waiting; false while another transaction has it. What
   * that one stored is visible to the statements after this one. Gone with the connection, so that a crash blocks nobody.
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

  /** Removes at most `limit` answers that expired before `now`, and says how many. Safe beside requests and other pruners. */
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

/** A number for the lock table; two keys that share one only answer 409 to each other, once in 2^64. */
function lockOf({ actorId, key }: KeyOfActor): string {
  return createHash('sha256').update(`idempotency ${actorId} ${key}`).digest().readBigInt64BE().toString();
}
