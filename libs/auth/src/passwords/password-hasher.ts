import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2';
import { HashingQueue } from './hashing-queue.js';
import { fitsPasswordLimits } from './password-limits.js';

/** `Algorithm.Argon2id`; the package declares it as an ambient const enum, which has no value at run time. */
const ARGON2ID = 2;
/** OWASP's minimum for argon2id; raising it rehashes each password at its owner's next login. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const OPTIONS: Options = { ...PARAMETERS, algorithm: ARGON2ID };

/**
 * argon2id over the exact bytes of a password. One check costs the same whether there is a hash to compare with or not,
 * so that the time of an answer does not tell who has an account.
 */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private nobodysHash = '';

  constructor(private readonly queue: HashingQueue) {}

  async onModuleInit(): Promise<void> {
    this.nobodysHash = await hash(randomBytes(32), OPTIONS);
  }

  /** Throws `UnavailableError` when too many hashes wait already. */
  async hash(password: string): Promise<string> {
    return this.queue.run(() => hash(password, OPTIONS));
  }

  /** Whether the password belongs to the stored hash; always false without one. Always exactly one verification. */
  async verify(storedHash: string | null, password: string): Promise<boolean> {
    const comparable = storedHash !== null && fitsPasswordLimits(password);
    // What is over the limits is not worth more work than anything else: a short stand-in is checked in its place.
    const candidate = fitsPasswordLimits(password) ? password : 'over the limits';
    const matches = await this.queue.run(() => verify(comparable ? storedHash : this.nobodysHash, candidate));
    return comparable && matches;
  }

  /** Whether the hash was made with weaker parameters than are used now. */
  isOutdated(storedHash: string): boolean {
    const { algorithm, memoryCost, timeCost, parallelism } = parseOptions(storedHash);
    return (
      Number(algorithm) !== ARGON2ID ||
      memoryCost < PARAMETERS.memoryCost ||
      timeCost < PARAMETERS.timeCost ||
      parallelism < PARAMETERS.parallelism
    );
  }
}
