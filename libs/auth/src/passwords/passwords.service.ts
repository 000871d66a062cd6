import { type PreparedPassword, WeakPasswordError } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { PasswordHasher } from './password-hasher.js';
import { type PasswordOwner, passwordProblem } from './password-policy.js';

/** Checks a new password and hashes it. */
@Injectable()
export class PasswordsService {
  constructor(private readonly hasher: PasswordHasher) {}

  /**
   * Throws `WeakPasswordError`, and `UnavailableError` under overload. Call it before the transaction: a hash takes
   * about 30 ms.
   */
  async prepare(password: string, owner: PasswordOwner, field?: string): Promise<PreparedPassword> {
    const problem = await passwordProblem(password, owner);
    if (problem) throw new WeakPasswordError(problem, field);
    return { hash: await this.hasher.hash(password) };
  }
}
