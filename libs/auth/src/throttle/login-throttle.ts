import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { clientNetwork } from '#libs/http';
import { LoginThrottledError } from '../auth-errors.js';
import { LoginAttemptsRepository } from './login-attempts.repository.js';
import { AuthConfiguration } from '../auth.configuration.js';

const MAX_WAIT_SECONDS = 60;

/**
 * Throttles password guessing. Each network has `loginsPerMinute` attempts; each pair of account and network has some
 * free failures, then waits of 1, 2, 4 … 60 s between attempts, so an attacker elsewhere cannot lock out the owner.
 * Throws `LoginThrottledError`, also for accounts that do not exist.
 */
@Injectable()
export class LoginThrottle {
  constructor(
    private readonly attempts: LoginAttemptsRepository,
    private readonly configuration: AuthConfiguration,
  ) {}

  /** Counts an attempt of the network only, for requests without an account. */
  async admitAddress(ip: string): Promise<void> {
    const { loginsPerMinute } = this.configuration.limits;
    const wait = await this.attempts.countAddress(clientNetwork(ip));
    if (wait !== null) throw throttled(wait, `"login";q=${loginsPerMinute};w=60`);
  }

  /**
   * Runs `check`, which returns null for a wrong secret. The failure is counted before the check, so that concurrent
   * attempts count too; success resets the counters, and a check that throws is not counted. `account` is the e-mail
   * address or the id.
   */
  async attempt<T>(account: string, ip: string, check: () => Promise<T | null>): Promise<T | null> {
    const pair = await this.admit(account, ip);
    let verified: T | null;
    try {
      verified = await check();
    } catch (error) {
      // The client receives the error of the check, even if the counter cannot be restored.
      await this.attempts.cancelFailure(pair).catch(() => undefined);
      throw error;
    }
    if (verified !== null) await this.attempts.reset(pair);
    return verified;
  }

  private async admit(account: string, ip: string): Promise<string> {
    await this.admitAddress(ip);
    const pair = `${accountKey(account)}:${clientNetwork(ip)}`;
    const { freeLoginFailures } = this.configuration.limits;
    const failures = await this.attempts.reserveFailure(pair);
    if (failures < freeLoginFailures) return pair;
    const seconds = Math.min(MAX_WAIT_SECONDS, 2 ** (failures - freeLoginFailures));
    const wait = await this.attempts.beginWait(pair, seconds);
    if (wait === null) return pair;
    await this.attempts.cancelFailure(pair);
    throw throttled(wait, `"login-failures";q=${freeLoginFailures}`);
  }
}

/** Hashes the account, so that the table of counters holds no e-mail addresses. */
export function accountKey(account: string): string {
  return createHash('sha256').update(account.normalize('NFC').toLowerCase()).digest('hex');
}

/** 429 with the fields of draft-ietf-httpapi-ratelimit-headers. */
function throttled(waitMs: number, policy: string): LoginThrottledError {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  const name = policy.split(';', 1)[0] ?? '"login"';
  return new LoginThrottledError(`Too many sign-in attempts: try again in ${retryAfter} seconds`, {
    retryAfter,
    headers: { 'ratelimit-policy': policy, ratelimit: `${name};r=0;t=${retryAfter}` },
  });
}
