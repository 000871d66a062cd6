import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { clientNetwork } from '#libs/http';
import { LoginThrottledError } from '../auth-errors.js';
import { LoginAttemptsRepository } from './login-attempts.repository.js';

const MAX_WAIT_SECONDS = 60;

/**
 * Slows guessing down: so many attempts per minute from one address, and per account and address some free failures, then a
 * wait of 1, 2, 4 … 60 seconds between attempts. Nobody is locked out by somebody at another address. Throws
 * `LoginThrottledError`, for accounts that do not exist exactly as for those that do.
 */
@Injectable()
export class LoginThrottle {
  constructor(
    private readonly attempts: LoginAttemptsRepository,
    private readonly configuration: Configuration,
  ) {}

  /** Counts an attempt of the address alone, for what has no account yet. */
  async admitAddress(ip: string): Promise<void> {
    const { loginsPerMinute } = this.configuration.limits;
    const wait = await this.attempts.countAddress(clientNetwork(ip));
    if (wait !== null) throw throttled(wait, `"login";q=${loginsPerMinute};w=60`);
  }

  /**
   * Lets `check` find out whether a secret of the account is right: null says that it is wrong. A failure is counted before
   * the check, so that attempts that run at the same time count too; a success forgets them all, and a check that throws
   * counts for nothing. `account` is the e-mail address or another name of the account.
   */
  async attempt<T>(account: string, ip: string, check: () => Promise<T | null>): Promise<T | null> {
    const pair = await this.admit(account, ip);
    let verified: T | null;
    try {
      verified = await check();
    } catch (error) {
      // Whatever kept us from checking is what the client has to hear, even when it keeps us from counting too.
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

/** Addresses of people are not kept in a table of counters: their hash serves as well. */
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
