import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2';
import { HashingQueue } from './hashing-queue.js';
import { PasswordHashCost } from './password-hash-cost.js';
import { fitsPasswordLimits } from './password-limits.js';

/** `Algorithm.Argon2id`; the package declares it as an ambient const enum, which has no value at run time. */
const ARGON2ID = 2;

/**
 * argon2id over the exact bytes of a password. A check takes the same time with and without a stored hash, so that the
 * response time does not reveal which accounts exist.
 */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly options: Options;
  private dummyHash = '';

  constructor(
    private readonly queue: HashingQueue,
    private readonly cost: PasswordHashCost,
  ) {
    const { memoryCost, timeCost, parallelism } = cost;
    this.options = { algorithm: ARGON2ID, memoryCost, timeCost, parallelism };
  }

  async onModuleInit(): Promise<void> {
    this.dummyHash = await hash(randomBytes(32), this.options);
  }

  /** Throws `UnavailableError` when the queue is full. */
  async hash(password: string): Promise<string> {
    return this.queue.run(() => hash(password, this.options));
  }

  /** Whether the password matches the stored hash; false without one. Always runs exactly one verification. */
  async verify(storedHash: string | null, password: string): Promise<boolean> {
    const comparable = storedHash !== null && fitsPasswordLimits(password);
    // A password over the limits costs no more than any other: a short text is verified instead.
    const candidate = fitsPasswordLimits(password) ? password : 'over the limits';
    const matches = await this.queue.run(() => verify(comparable ? storedHash : this.dummyHash, candidate));
    return comparable && matches;
  }

  /** Whether the hash was made with weaker parameters than are used now. */
  isOutdated(storedHash: string): boolean {
    const { algorithm, memoryCost, timeCost, parallelism } = parseOptions(storedHash);
    return (
      Number(algorithm) !== ARGON2ID ||
      memoryCost < this.cost.memoryCost ||
      timeCost < this.cost.timeCost ||
      parallelism < this.cost.parallelism
    );
  }
}
