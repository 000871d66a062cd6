import { type OpenAPIObject } from '@nestjs/swagger';
import { isReference, type Located, operationsOf, resolve, type ResponseObject } from './operations.js';

type Headers = NonNullable<NonNullable<OpenAPIObject['components']>['headers']>;

const text = { type: 'string' };
/** The headers that several operations send. `required` ones are present on every response that lists them. */
const HEADERS: Headers = {
  'X-Request-Id': {
    description: 'The identifier of this request in the logs and in the audit log.',
    required: true,
    schema: text,
  },
  'RateLimit-Policy': {
    description: 'The quota that applies to the client (draft-ietf-httpapi-ratelimit-headers).',
    schema: text,
  },
  RateLimit: {
    description:
      'The remaining requests of the quota, and the seconds until it is reset (draft-ietf-httpapi-ratelimit-headers).',
    schema: text,
  },
  'Retry-After': {
    description: 'The number of seconds to wait before a retry.',
    schema: { type: 'string', pattern: '^\\d+$' },
  },
  'WWW-Authenticate': {
    description: 'The authentication scheme and what was wrong with the credentials (RFC 6750).',
    schema: { type: 'string', pattern: '^Bearer' },
  },
  'Audit-Checkpoint': {
    description:
      'The newest checkpoint of the audit log that this process knows: `size=N, root=:base64:` (RFC 9651). Store it: with `GET /v1/audit/consistency` you can check later that the log has only grown since. Absent while the log has no checkpoint.',
    schema: { type: 'string', pattern: '^size=\\d+, root=:[A-Za-z0-9+/]{43}=:$' },
  },
  Accept: {
    description: 'The content type that this address accepts (RFC 9110, section 15.5.16).',
    schema: text,
  },
  'Accept-Encoding': { description: 'The content encoding that this address accepts.', schema: text },
  Location: {
    description: 'The address of the new resource.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
  },
  ETag: {
    description:
      'The entity tag of the current state. Send it in `If-Match` to change exactly this state, or in `If-None-Match` to download the resource only if it has changed.',
    required: true,
    schema: { type: 'string', pattern: '^"[^"]*"$' },
  },
  'Idempotency-Replayed': {
    description:
      '`true` if this is the stored response to an earlier request with the same `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
  },
};

/** Adds to every response the headers that the server sends; shared headers become references. */
export function addHeaders(document: OpenAPIObject): void {
  document.components = { ...document.components, headers: HEADERS };
  for (const located of operationsOf(document)) {
    for (const [status, response] of Object.entries(located.operation.responses)) {
      if (response && !isReference(response)) {
        const names = [...new Set([...impliedHeaders(document, located, Number(status), response)])];
        const shared = names.map((name) => [name, { $ref: `#/components/headers/${name}` }] as const);
        response.headers = { ...response.headers, ...Object.fromEntries<{ $ref: string }>(shared) };
      }
    }
  }
}

function* impliedHeaders(
  document: OpenAPIObject,
  { path, method, operation }: Located,
  status: number,
  response: ResponseObject,
): Generator<string> {
  yield 'X-Request-Id';
  yield* Object.keys(response.headers ?? {}).filter((name) => name in HEADERS);
  if (!path.startsWith('/health/')) yield* ['RateLimit-Policy', 'RateLimit'];
  if (status < 300 && method !== 'get') yield 'Audit-Checkpoint';
  if (status === 201) yield 'Location';
  if (status === 401 || status === 403) yield 'WWW-Authenticate';
  if (status === 412) yield 'ETag';
  if (status === 415) yield* ['Accept', 'Accept-Encoding'];
  if (status === 429 || status === 503) yield 'Retry-After';
  if (status < 300 && hasEntityTag(document, response)) yield 'ETag';
  const takesKey = (operation.parameters ?? []).some(
    (parameter) => !isReference(parameter) && parameter.name === 'Idempotency-Key',
  );
  if (status < 300 && takesKey) yield 'Idempotency-Replayed';
  if (status === 409 && takesKey) yield 'Retry-After';
}

function hasEntityTag(document: OpenAPIObject, response: ResponseObject): boolean {
  const schema = response.content?.['application/json']?.schema;
  return schema !== undefined && 'etag' in (resolve(document, schema).properties ?? {});
}

/** Adds `If-None-Match` and 304 to every GET operation with an ETag (RFC 9110, section 13.1.2). */
export function addConditionalReads(document: OpenAPIObject): void {
  for (const { method, operation } of operationsOf(document)) {
    const found = operation.responses['200'];
    if (method !== 'get' || !found || isReference(found) || !found.headers?.['ETag']) continue;
    operation.parameters = [
      ...(operation.parameters ?? []),
      {
        name: 'If-None-Match',
        in: 'header',
        required: false,
        description:
          'The ETag of the copy that the client has. If it is still current, the response is an empty 304.',
        schema: { type: 'string', maxLength: 1000 },
      },
    ];
    operation.responses['304'] ??= {
      description: 'The copy of the client is current.',
      headers: Object.fromEntries(
        Object.keys(found.headers)
          .filter((name) => name in HEADERS)
          .map((name) => [name, { $ref: `#/components/headers/${name}` }]),
      ),
    };
  }
}
