import { Configuration } from '#libs/config';
import { type Sql, UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';

const ADDRESS_WINDOW_SECONDS = 60;
/** Failures are forgotten a day after the first one. */
const FAILURE_WINDOW_SECONDS = 86_400;

/**
 * Counters of attempts in `auth.rate_limits`, shared by every process. Each count commits on its own:
 * a refused login rolls back, but what it counted must stay.
 */
@Injectable()
export class LoginAttemptsRepository {
  private readonly addresses: RateLimiterPostgres;
  private readonly failures: RateLimiterPostgres;
  private readonly waits: RateLimiterPostgres;

  constructor(uow: UnitOfWork, { limits }: Configuration) {
    const store = {
      storeClient: { query: ({ text, values }: Sql) => uow.autonomous(text, values) },
      storeType: 'pool',
      schemaName: 'auth',
      tableName: 'rate_limits',
      // The migration makes the table, the worker empties it; the library's own ways need rights that we do not have.
      tableCreated: true,
      clearExpiredByTimeout: false,
    };
    this.addresses = new RateLimiterPostgres({
      ...store,
      keyPrefix: 'login-address',
      points: limits.loginsPerMinute,
      duration: ADDRESS_WINDOW_SECONDS,
    });
    this.failures = new RateLimiterPostgres({
      ...store,
      keyPrefix: 'login-failures',
      points: limits.freeLoginFailures,
      duration: FAILURE_WINDOW_SECONDS,
    });
    this.waits = new RateLimiterPostgres({ ...store, keyPrefix: 'login-wait', points: 1, duration: 1 });
  }

  /** Counts an attempt of the address. The milliseconds until the next one is allowed, or null when this one is. */
  async countAddress(network: string): Promise<number | null> {
    return refusal(this.addresses.consume(network));
  }

  /** Counts a failure in advance, so that attempts that run at the same time count too. Returns how many there are now. */
  async reserveFailure(pair: string): Promise<number> {
    return (await this.failures.penalty(pair)).consumedPoints;
  }

  /** Takes a reservation back. */
  async cancelFailure(pair: string): Promise<void> {
    await this.failures.reward(pair);
  }

  /** Begins a wait of so many seconds, or, during one, refuses with the milliseconds that are left. */
  async beginWait(pair: string, seconds: number): Promise<number | null> {
    return refusal(this.waits.consume(pair, 1, { customDuration: seconds }));
  }

  async reset(pair: string): Promise<void> {
    await Promise.all([this.failures.delete(pair), this.waits.delete(pair)]);
  }
}

async function refusal(attempt: Promise<RateLimiterRes>): Promise<number | null> {
  try {
    await attempt;
    return null;
  } catch (reason) {
    if (reason instanceof RateLimiterRes) return reason.msBeforeNext;
    throw reason;
  }
}
