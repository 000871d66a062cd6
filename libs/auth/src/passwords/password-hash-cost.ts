import { Injectable } from '@nestjs/common';

/**
 * The cost of one password hash: OWASP's minimum for argon2id. A higher cost rehashes each password at the next login.
 * It has no configuration variable, so only a test that replaces the provider can lower it.
 */
@Injectable()
export class PasswordHashCost {
  /** KiB */
  readonly memoryCost: number = 19_456;
  readonly timeCost: number = 2;
  readonly parallelism: number = 1;
}
