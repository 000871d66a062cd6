import { UnavailableError } from '#libs/kernel';

export class NotReadyError extends UnavailableError {
  static override readonly code = 'NOT_READY';
  static override readonly title = 'Not ready';
  static override readonly about =
    'This process should get no traffic now: the member checks says for each part whether it is up or down. It comes back by itself.';

  /** `stopped` says for each part of the work that waits for a person why it does. */
  constructor(
    checks: Readonly<Record<string, 'up' | 'down'>>,
    stopped: Readonly<Record<string, string>> = {},
  ) {
    super('This process should get no traffic now', {
      retryAfter: 1,
      extensions: { checks, ...(Object.keys(stopped).length > 0 ? { stopped } : {}) },
    });
  }
}
