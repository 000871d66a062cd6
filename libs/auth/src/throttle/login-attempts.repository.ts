import { type Sql, UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { AuthConfiguration } from '../auth.configuration.js';

const ADDRESS_WINDOW_SECONDS = 60;
/** Failures expire one day after the first one. */
const FAILURE_WINDOW_SECONDS = 86_400;

/**
 * Counters of attempts in `auth.rate_limits`, shared by all processes. Each count commits on its own, so that it
 * survives the rollback of a refused login.
 */
@Injectable()
export class LoginAttemptsRepository {
  private readonly addresses: RateLimiterPostgres;
  private readonly failures: RateLimiterPostgres;
  private readonly waits: RateLimiterPostgres;

  constructor(uow: UnitOfWork, { limits }: AuthConfiguration) {
    const store = {
      storeClient: { query: ({ text, values }: Sql) => uow.autonomous(text, values) },
      storeType: 'pool',
      schemaName: 'auth',
      tableName: 'rate_limits',
      // The migration creates the table and the worker prunes it: the application role lacks the rights for the
      // library's own ways.
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

  /** Counts an attempt of the network. Returns null if it is allowed, otherwise the milliseconds to wait. */
  async countAddress(network: string): Promise<number | null> {
    return refusal(this.addresses.consume(network));
  }

  /** Counts a failure in advance, so that concurrent attempts count too. Returns the number of failures. */
  async reserveFailure(pair: string): Promise<number> {
    return (await this.failures.penalty(pair)).consumedPoints;
  }

  async cancelFailure(pair: string): Promise<void> {
    await this.failures.reward(pair);
  }

  /** Begins a wait of `seconds` and returns null, or, during a wait, returns the milliseconds that are left. */
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
