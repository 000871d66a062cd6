import { type OpenAPIObject } from '@nestjs/swagger';
import {
  METHODS,
  type OperationObject,
  resolve,
  type ResponseObject,
} from '../../apps/api/src/openapi/operations.js';
import { type CheckerOptions, SchemaChecker } from './schema-checker.js';

/** A response, with the parts that the contract describes. */
export interface Answer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as text; null unless the media type is JSON. */
  readonly text: string | null;
}

/** Headers that HTTP itself or the edge adds to any response and that no operation documents. */
const ON_ANY_ANSWER = new Set([
  ...[
    'connection',
    'content-encoding',
    'content-length',
    'content-type',
    'date',
    'keep-alive',
    'transfer-encoding',
  ],
  ...['access-control-allow-origin', 'access-control-expose-headers', 'cache-control', 'vary'],
  ...['content-security-policy', 'referrer-policy', 'permissions-policy', 'strict-transport-security'],
  ...['cross-origin-embedder-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy'],
  ...['origin-agent-cluster', 'x-content-type-options', 'x-dns-prefetch-control', 'x-download-options'],
  ...['x-frame-options', 'x-permitted-cross-domain-policies', 'x-xss-protection'],
]);
/** The pages of Swagger UI. */
const UNDOCUMENTED = /^\/docs(\/|$)/;
/** Headers that HTTP itself requires for a status (RFC 9110, sections 15.5.2 and 15.5.6; RFC 6585, section 4). */
const DEMANDED: Readonly<Record<number, string>> = {
  401: 'www-authenticate',
  405: 'allow',
  429: 'retry-after',
};
/** The statuses of a request that reaches no operation. */
const WITHOUT_OPERATION = new Set([400, 404, 405, 408, 413, 414, 415, 429, 431, 500, 503]);

/** A response that the OpenAPI document does not describe. */
export class ContractBreach extends Error {
  constructor({ method, path, status, text }: Answer, breaches: readonly string[]) {
    const shown = text === null ? '' : `\n  body: ${text.slice(0, 1000)}`;
    super(`${method} ${path} answered ${status}, against the contract:\n  ${breaches.join('\n  ')}${shown}`);
    this.name = 'ContractBreach';
  }
}

/** Compares responses with an OpenAPI document: status, media type, headers, body, and the code of a problem. */
export class ResponseContract {
  private readonly schemas: SchemaChecker;
  private readonly paths: ReadonlyArray<{ template: string; pattern: RegExp }>;

  constructor(
    private readonly document: OpenAPIObject,
    options: CheckerOptions = {},
  ) {
    this.schemas = new SchemaChecker(document, options);
    this.paths = Object.keys(document.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .map((template) => ({ template, pattern: patternOf(template) }));
  }

  /** Throws a `ContractBreach` with everything that is wrong with the response. */
  check(answer: Answer): void {
    const breaches = [...this.breaches(answer)];
    if (breaches.length > 0) throw new ContractBreach(answer, breaches);
  }

  private *breaches(answer: Answer): Generator<string> {
    if (UNDOCUMENTED.test(answer.path)) return;
    const demanded = DEMANDED[answer.status];
    if (demanded && !answer.headers[demanded]) yield `a ${answer.status} without ${demanded}`;
    const operation = this.operationOf(answer);
    if (!operation) return yield* this.withoutOperation(answer);
    const documented = operation.responses[String(answer.status)];
    if (!documented) {
      const statuses = Object.keys(operation.responses).join(', ');
      return yield `the status is not documented for ${operation.operationId}: only ${statuses} are`;
    }
    const response = resolve<ResponseObject>(this.document, documented);
    yield* this.headerBreaches(answer, response);
    yield* this.bodyBreaches(answer, response);
    if (answer.status >= 400) yield* this.problemBreaches(answer, response);
  }

  private operationOf({ method, path }: Answer): OperationObject | null {
    const name = (method === 'HEAD' ? 'GET' : method).toLowerCase();
    const { template } = this.paths.find(({ pattern }) => pattern.test(path)) ?? { template: '' };
    const known = METHODS.find((candidate) => candidate === name);
    const operation = known && this.document.paths[template]?.[known];
    return operation ? (operation as OperationObject) : null;
  }

  private *withoutOperation(answer: Answer): Generator<string> {
    if (!WITHOUT_OPERATION.has(answer.status)) {
      return yield 'the document has no such operation, so this must be a 404 or 405';
    }
    const problem = { $ref: '#/components/schemas/Problem' };
    yield* this.bodyBreaches(answer, {
      description: '',
      content: { 'application/problem+json': { schema: problem } },
    });
  }

  private *headerBreaches(answer: Answer, response: ResponseObject): Generator<string> {
    const documented = new Map(
      Object.entries(response.headers ?? {}).map(([name, header]) => [
        name.toLowerCase(),
        { name, ...resolve(this.document, header) },
      ]),
    );
    for (const name of Object.keys(answer.headers)) {
      if (!documented.has(name) && !ON_ANY_ANSWER.has(name)) yield `the header ${name} is not documented`;
    }
    for (const [key, { name, required, schema }] of documented) {
      const value = answer.headers[key];
      if (value === undefined && required) yield `the header ${name} is missing`;
      if (value === undefined || !schema) continue;
      const wrong = this.schemas.problemsOf(String(value), schema);
      yield* wrong.map((problem) => `the header ${name}: ${problem}`);
    }
  }

  private *bodyBreaches(answer: Answer, response: ResponseObject): Generator<string> {
    const content = response.content ?? {};
    const mediaType =
      String(answer.headers['content-type'] ?? '')
        .split(';', 1)[0]
        ?.trim() ?? '';
    const types = Object.keys(content);
    if (types.length === 0) {
      if (answer.text) yield 'a body, where none is documented';
      return;
    }
    const documented = content[mediaType] ?? content['*/*'];
    if (!documented)
      return yield `the media type is ${mediaType || 'absent'}, documented is ${types.join(', ')}`;
    if (answer.text === null || answer.method === 'HEAD' || !documented.schema) return;
    const { schema } = documented;
    for (const value of mediaType === 'application/x-ndjson' ? lines(answer.text) : [answer.text]) {
      const wrong = this.schemas.problemsOf(JSON.parse(value), resolve(this.document, schema));
      yield* wrong.map((problem) => `the body: ${problem}`);
    }
  }

  private *problemBreaches(answer: Answer, response: ResponseObject): Generator<string> {
    if (answer.text === null || answer.method === 'HEAD') return;
    const problem = JSON.parse(answer.text) as { status?: number; code?: string; requestId?: string };
    if (problem.status !== answer.status) yield `the problem says status ${problem.status}`;
    if (problem.requestId !== answer.headers['x-request-id']) yield 'requestId and X-Request-Id differ';
    const codes = Object.keys(response.content?.['application/problem+json']?.examples ?? {});
    if (!codes.includes(problem.code ?? '')) {
      yield `the code ${problem.code} is not documented for this status: only ${codes.join(', ')} are`;
    }
  }
}

/** The rest of a path, with slashes, is called `path`; OpenAPI has no other notation for it. */
function patternOf(template: string): RegExp {
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{path\}$/, '.+');
  return new RegExp(`^${escaped.replace(/\{[^}]+\}/g, '[^/]+')}$`);
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
