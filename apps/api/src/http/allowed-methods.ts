import { type FastifyInstance } from 'fastify';
import { MethodNotAllowedError, NotFoundError } from '#libs/kernel';

/** The route that the CORS plugin registers for preflight requests; its own hook answers them before this one. */
const PREFLIGHT_ROUTE = '*';

/** The methods that the registered routes support at each path. */
export class AllowedMethods {
  private readonly routes: Array<{ segments: readonly string[]; methods: Set<string> }> = [];

  add(method: string, url: string): void {
    const segments = url.split('/');
    const known = this.routes.find((route) => route.segments.join('/') === url);
    if (known) known.methods.add(method);
    else this.routes.push({ segments, methods: new Set([method]) });
  }

  /** In alphabetical order; empty when no route matches the path. */
  at(path: string): string[] {
    const asked = path.split('/');
    const found = this.routes.filter(({ segments }) => matches(segments, asked));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
  }
}

function matches(segments: readonly string[], asked: readonly string[]): boolean {
  if (segments.at(-1) === '*') {
    const fixed = segments.slice(0, -1);
    return asked.length > fixed.length && fixed.every((segment, index) => fits(segment, asked[index] ?? ''));
  }
  return (
    segments.length === asked.length && segments.every((segment, index) => fits(segment, asked[index] ?? ''))
  );
}

function fits(segment: string, asked: string): boolean {
  return segment.startsWith(':') ? asked !== '' : segment === asked;
}

/**
 * Answers requests that match no route, before their body is read: 405 with `Allow` if the path has other methods (RFC 9110,
 * section 15.5.6), also for TRACE, QUERY and OPTIONS; 404 otherwise. Call it before routes are registered.
 */
export function refuseUnknownRoutes(fastify: FastifyInstance): void {
  const allowed = new AllowedMethods();
  fastify.addHook('onRoute', ({ method, url }) => {
    if (url === PREFLIGHT_ROUTE) return;
    for (const one of [method].flat()) allowed.add(one, url);
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!request.is404 && request.routeOptions.url !== PREFLIGHT_ROUTE) {
      done();
      return;
    }
    const methods = allowed.at((request.raw.url ?? '/').split('?', 1)[0] ?? '/');
    done(
      methods.length === 0
        ? new NotFoundError('There is nothing at this address')
        : new MethodNotAllowedError(`This address supports only ${methods.join(', ')}`, {
            headers: { allow: methods.join(', ') },
          }),
    );
  });
}
