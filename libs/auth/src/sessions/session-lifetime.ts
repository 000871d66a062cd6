import { type Role } from '#libs/kernel';
import { type AuthConfiguration } from '../auth.configuration.js';

export interface Lifetime {
  readonly idleSeconds: number;
  readonly absoluteSeconds: number;
}

/** The idle and absolute lifetime of a session: shorter for users with a role beyond `user`. */
export function lifetimeFor(roles: readonly Role[], tokens: AuthConfiguration['tokens']): Lifetime {
  const ordinary = { idleSeconds: tokens.refreshIdleSeconds, absoluteSeconds: tokens.refreshAbsoluteSeconds };
  if (roles.every((role) => role === 'user')) return ordinary;
  return {
    idleSeconds: Math.min(ordinary.idleSeconds, tokens.privilegedIdleSeconds),
    absoluteSeconds: Math.min(ordinary.absoluteSeconds, tokens.privilegedAbsoluteSeconds),
  };
}

/** When a refresh token issued at `now` expires: after the idle time, but never after its session. */
export function refreshDeadline(now: Date, latest: Date, { idleSeconds }: Lifetime): Date {
  return new Date(Math.min(now.getTime() + idleSeconds * 1000, latest.getTime()));
}

export function sessionEnd(createdAt: Date, { absoluteSeconds }: Lifetime): Date {
  return new Date(createdAt.getTime() + absoluteSeconds * 1000);
}
