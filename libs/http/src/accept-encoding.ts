import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/**
 * Whether `Accept-Encoding` allows gzip (RFC 9110, section 12.5.3): by its name, or by `*` where it is not named, with a
 * weight above 0. Who does not send the header is answered plainly, and so is who sends nonsense.
 */
export function allowsGzip(header: string | undefined): boolean {
  const weights = new Map(
    (header ?? '').split(',').map((one) => {
      const [coding = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
      return [coding === 'x-gzip' ? 'gzip' : coding, weightIn(parameters)];
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

/** Whether the client takes an answer that is compressed with gzip. Answers that depend on it say so in `Vary`. */
export const AcceptsGzip = createParamDecorator((_: unknown, context: ExecutionContext): boolean =>
  allowsGzip(
    context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string | string[] | undefined> }>()
      .headers['accept-encoding']?.toString(),
  ),
);

/** 1 when there is none, 0 when it is not what the grammar allows. */
function weightIn(parameters: readonly string[]): number {
  if (parameters.length === 0) return 1;
  const [, weight] = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameters.join(';')) ?? [];
  return Number(weight ?? 0);
}
