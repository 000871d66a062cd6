import { createHash } from 'node:crypto';
import { Configuration } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { LoginThrottledError } from '../auth-errors.js';
import { clientNetwork } from './client-network.js';
import { LoginAttemptsRepository } from './login-attempts.repository.js';

const MAX_WAIT_SECONDS = 60;

/** An attempt that was let through and counted as failed already; say what became of it. */
export interface AdmittedAttempt {
  /** The password was right: the pair starts from nothing. */
  succeeded(): Promise<void>;
  /** Nothing was found out, for a reason of ours: the attempt does not count. */
  cancelled(): Promise<void>;
}

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

  /** `account` is the e-mail address or another name of the account. */
  async admit(account: string, ip: string): Promise<AdmittedAttempt> {
    await this.admitAddress(ip);
    const pair = `${accountKey(account)}:${clientNetwork(ip)}`;
    const { freeLoginFailures } = this.configuration.limits;
    const failures = await this.attempts.reserveFailure(pair);
    if (failures >= freeLoginFailures) {
      const seconds = Math.min(MAX_WAIT_SECONDS, 2 ** (failures - freeLoginFailures));
      const wait = await this.attempts.beginWait(pair, seconds);
      if (wait !== null) {
        await this.attempts.cancelFailure(pair);
        throw throttled(wait, `"login-failures";q=${freeLoginFailures}`);
      }
    }
    return {
      succeeded: () => this.attempts.forget(pair),
      cancelled: () => this.attempts.cancelFailure(pair),
    };
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
  return new LoginThrottledError(`Too many attempts to sign in; try again in ${retryAfter} s`, {
    retryAfter,
    headers: { 'ratelimit-policy': policy, ratelimit: `${name};r=0;t=${retryAfter}` },
  });
}
