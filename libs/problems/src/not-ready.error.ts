import { UnavailableError } from '#libs/kernel';

export class NotReadyError extends UnavailableError {
  static override readonly code = 'NOT_READY';
  static override readonly title = 'Not ready';
  static override readonly about =
    'The process cannot handle requests at the moment. The member checks states for each component whether it is up or down. Send requests to another process; this one becomes ready again without a restart as soon as every check is up.';

  /** `stopped` maps each stopped work to its reason. */
  constructor(
    checks: Readonly<Record<string, 'up' | 'down'>>,
    stopped: Readonly<Record<string, string>> = {},
  ) {
    super('The process is not ready for requests', {
      retryAfter: 1,
      extensions: { checks, ...(Object.keys(stopped).length > 0 ? { stopped } : {}) },
    });
  }
}
