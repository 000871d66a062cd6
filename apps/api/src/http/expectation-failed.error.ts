import { AppError, type ErrorOptions } from '#libs/kernel';

export class ExpectationFailedError extends AppError {
  static override readonly code = 'EXPECTATION_FAILED';
  static override readonly status = 417;
  static override readonly title = 'Expectation failed';
  static override readonly about =
    'The Expect header names something other than 100-continue, which is all that this server can promise (RFC 9110, section 10.1.1).';

  constructor(detail = 'Only the expectation 100-continue can be met', options?: ErrorOptions) {
    super(detail, options);
  }
}
