import { once } from 'node:events';
import autocannon from 'autocannon';

/** A request that may have its own expected status. */
export interface BenchRequest extends autocannon.Request {
  readonly expected?: number;
}

/** The load on one server: this many connections, each of which sends its requests in a loop, one at a time. */
export interface Load {
  readonly connections: number;
  readonly seconds: number;
  /** The requests of one connection. */
  requestsOf(connection: number): BenchRequest[];
  /** The expected status of requests without one of their own. */
  readonly expected: number | 'each its own';
  /** The minimum length of every response. */
  readonly leastBytes?: number;
  /** Checks some of the bodies; throws, or returns the error. */
  check?(body: string): string | null;
}

export interface Driven {
  readonly requests: number;
  readonly seconds: number;
  /** In milliseconds, as the client measured them. */
  readonly latencies: readonly number[];
}

/** The server's responses were wrong, so its speed has no meaning. */
export class WrongAnswersError extends Error {}

/** Checking every body would distort the measurement. */
const CHECK_EVERY = 61;

/**
 * Loads a server and returns the result. Checks every status, and every 61st body, including the first. Throws
 * `WrongAnswersError` for a single wrong response, for a failed connection, and when there was no response: a fast 401 is
 * not a result.
 */
export async function drive(url: string, load: Load): Promise<Driven> {
  const latencies: number[] = [];
  const wrong: string[] = [];
  let bodies = 0;
  let next = 0;
  const options: autocannon.Options = {
    url,
    connections: load.connections,
    duration: load.seconds,
    sampleInt: 50,
    setupClient: (client) =>
      client.setRequests(load.requestsOf(next++).map((request) => watched(request, wrong))),
    verifyBody: (body) => {
      if (load.check && bodies++ % CHECK_EVERY === 0) note(wrong, problemOf(load.check, String(body)));
      return true;
    },
  };
  const began = performance.now();
  const instance = autocannon(options, () => undefined);
  instance.on('response', (_client, status, bytes, milliseconds) => {
    latencies.push(milliseconds);
    if (bytes < (load.leastBytes ?? 0)) note(wrong, `only ${bytes} bytes`);
    if (typeof load.expected === 'number' && status !== load.expected) {
      note(wrong, `status ${status} instead of ${load.expected}`);
    }
  });
  instance.on('reqError', (error: unknown) => note(wrong, `a request failed: ${String(error)}`));
  const [result] = (await once(instance, 'done')) as [autocannon.Result];
  const seconds = (performance.now() - began) / 1000;
  if (result.errors > 0)
    wrong.push(`${result.errors} connections failed, ${result.timeouts} requests timed out`);
  if (latencies.length === 0) wrong.push('nothing was answered');
  if (wrong.length > 0) throw new WrongAnswersError(`${url}: ${[...new Set(wrong)].slice(0, 5).join('; ')}`);
  return { requests: latencies.length, seconds, latencies };
}

/** Only requests with their own expectation are checked one by one, because that costs the generator time. */
function watched(request: BenchRequest, wrong: string[]): autocannon.Request {
  const { expected, onResponse } = request;
  if (expected === undefined) return request;
  return {
    ...request,
    onResponse: (status, body, context, headers) => {
      if (status !== expected)
        note(wrong, `${request.method} ${request.path}: status ${status} instead of ${expected}`);
      if (typeof onResponse === 'function') onResponse(status, body, context, headers);
    },
  };
}

/** Keeps enough of them to explain the failure. */
function note(wrong: string[], problem: string | null): void {
  if (problem !== null && wrong.length < 100) wrong.push(problem);
}

function problemOf(check: (body: string) => string | null, body: string): string | null {
  try {
    return check(body);
  } catch (error) {
    return `a body cannot be read (${String(error)}): ${body.slice(0, 200)}`;
  }
}
