import { type PreparedPassword, WeakPasswordError } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { PasswordHasher } from './password-hasher.js';
import { type PasswordOwner, passwordProblem } from './password-policy.js';

/** Turns a chosen password into what may be stored. */
@Injectable()
export class PasswordsService {
  constructor(private readonly hasher: PasswordHasher) {}

  /** Throws `WeakPasswordError`, and `UnavailableError` under overload. Before any transaction: a hash takes its time. */
  async prepare(password: string, owner: PasswordOwner, field?: string): Promise<PreparedPassword> {
    const problem = passwordProblem(password, owner);
    if (problem) throw new WeakPasswordError(problem, field);
    return { hash: await this.hasher.hash(password) };
  }
}
