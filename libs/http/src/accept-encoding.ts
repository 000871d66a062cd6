import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/**
 * Whether `Accept-Encoding` allows gzip (RFC 9110, section 12.5.3): by name, or by `*`, with a weight above 0. False
 * for a missing or malformed header.
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

/** Whether the client accepts gzip. Responses that depend on it send `Vary`. */
export const AcceptsGzip = createParamDecorator((_: unknown, context: ExecutionContext): boolean =>
  allowsGzip(
    context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string | string[] | undefined> }>()
      .headers['accept-encoding']?.toString(),
  ),
);

/** 1 without a weight, 0 for a malformed weight. */
function weightIn(parameters: readonly string[]): number {
  if (parameters.length === 0) return 1;
  const [, weight] = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameters.join(';')) ?? [];
  return Number(weight ?? 0);
}
