import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Configuration } from '#libs/config';
import { newId } from '#libs/kernel';
import { type DrainState } from '../shutdown/drain-state.js';
import { type RequestMetrics } from './request-metrics.js';
import { SECURITY_HEADERS } from '#libs/problems';
import { hasHost } from './single-headers.hook.js';

const PATH = '/health/live';
const BODY = '{"status":"ok"}';
const HEADERS: readonly string[] = [
  ...Object.entries(SECURITY_HEADERS).flat(),
  ...['content-type', 'application/json; charset=utf-8'],
  ...['content-length', String(Buffer.byteLength(BODY))],
];
const CLOSE = ['connection', 'close'];
/** What probes send. Whoever sends anything else may mean something by it, and takes the way of every request. */
const OF_PROBES = new Set(['accept', 'accept-encoding', 'cache-control', 'connection', 'host', 'user-agent']);

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers the plain question whether the process runs before the framework sees it: balancers ask often, and the answer
 * does not depend on anything. It has the headers of every answer and is measured like one; with any header that could
 * make a difference, or while each request is logged, the framework answers instead. Call it before anybody else listens
 * to the requests of the server.
 */
export function answerLiveness(
  server: Server,
  { log }: Pick<Configuration, 'log'>,
  drain: DrainState,
  metrics: RequestMetrics,
): void {
  if (log.level === 'debug' || log.level === 'trace') return;
  const [framework, ...others] = server.listeners('request') as Listener[];
  if (!framework || others.length > 0)
    throw new Error('The server has a request listener that does not belong to the framework');
  server.off('request', framework);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url !== PATH || !isPlain(request)) {
      framework.call(server, request, response);
      return;
    }
    const begun = performance.now();
    // Not at once: the parser may be about to find that what follows on the connection is broken.
    queueMicrotask(() => {
      const closing = drain.draining ? CLOSE : [];
      response.writeHead(200, [...HEADERS, 'x-request-id', newId(), ...closing]).end(BODY);
      metrics.observe('GET', PATH, 200, (performance.now() - begun) / 1000);
    });
  });
}

/** Whether the answer is known without looking further: a GET without a body that says nothing but what probes say. */
function isPlain(request: IncomingMessage): boolean {
  if (request.method !== 'GET' || request.httpVersionMinor !== 1) return false;
  const { rawHeaders } = request;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!OF_PROBES.has(name)) return false;
    if (name === 'host') hosts += 1;
  }
  return hosts === 1 && hasHost(request);
}
