import { type Role } from '#libs/kernel';
import { type UserStatus } from './user-status.js';

/** What a user may act with at this moment; a change counts from the very next request. */
export interface Authority {
  readonly userId: string;
  readonly status: UserStatus;
  readonly roles: readonly Role[];
}
