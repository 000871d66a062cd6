import { AppError, type ErrorOptions } from '#libs/kernel';

export class ExpectationFailedError extends AppError {
  static override readonly code = 'EXPECTATION_FAILED';
  static override readonly status = 417;
  static override readonly title = 'Expectation failed';
  static override readonly about =
    'The Expect header has a value other than 100-continue, the only expectation that this server supports (RFC 9110, section 10.1.1). Remove the header or send 100-continue.';

  constructor(detail = 'The server supports only the expectation 100-continue', options?: ErrorOptions) {
    super(detail, options);
  }
}
