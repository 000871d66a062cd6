import { type Role } from '#libs/kernel';
import { type UserStatus } from './user-status.js';

/** The current status and roles of a user. */
export interface Authority {
  readonly userId: string;
  readonly status: UserStatus;
  readonly roles: readonly Role[];
}
