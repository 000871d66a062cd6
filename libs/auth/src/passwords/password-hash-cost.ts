import { Injectable } from '@nestjs/common';

/**
 * What one password hash costs: OWASP's minimum for argon2id. Raising it rehashes each password at its owner's next login.
 * A provider without settings: no variable can lower it, only a test that replaces the provider.
 */
@Injectable()
export class PasswordHashCost {
  /** KiB */
  readonly memoryCost: number = 19_456;
  readonly timeCost: number = 2;
  readonly parallelism: number = 1;
}
