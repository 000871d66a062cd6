import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type autocannon from 'autocannon';
import { type BenchRequest, type Driven, type Load, WrongAnswersError } from './drive.js';

const TICK_MS = 1;

/**
 * Sends requests at a steady rate, whether or not earlier ones were answered, like independent clients. (autocannon's own rate
 * is a burst at the beginning of each second.) A request that finds all connections busy waits for one, and the wait counts
 * as its time. Throws `WrongAnswersError`.
 */
export async function pace(url: string, load: Load, requestsPerSecond: number): Promise<Driven> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const free = Array.from({ length: load.connections }, (_, index) => new Sender(url, agent, load, index));
  const waiting: number[] = [];
  const latencies: number[] = [];
  const failures: unknown[] = [];
  const running = new Set<Promise<void>>();
  const dispatch = (): void => {
    for (let due = waiting[0]; due !== undefined && free.length > 0; due = waiting[0]) {
      waiting.shift();
      const sender = free.pop()!;
      const sent = sender
        .next()
        .then(() => void latencies.push(performance.now() - due))
        .catch((error: unknown) => void failures.push(error))
        .finally(() => {
          running.delete(sent);
          free.unshift(sender);
          dispatch();
        });
      running.add(sent);
    }
  };
  const began = performance.now();
  const total = Math.floor(requestsPerSecond * load.seconds);
  for (let sent = 0; sent < total && failures.length === 0; await sleep(TICK_MS)) {
    const now = performance.now();
    const due = Math.min(total, Math.floor(((now - began) / 1000) * requestsPerSecond));
    for (; sent < due; sent++) waiting.push(now);
    dispatch();
  }
  while (running.size > 0 || waiting.length > 0) await Promise.race([...running, sleep(TICK_MS)]);
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  if (failures.length > 0) throw new WrongAnswersError(`${url}: ${String(failures[0])}`);
  return { requests: latencies.length, seconds, latencies };
}

/** Sends the requests of one connection in order, in a loop, and passes values from one to the next. */
class Sender {
  private readonly requests: readonly BenchRequest[];
  private readonly context = {};
  private at = 0;

  constructor(
    private readonly url: string,
    private readonly agent: Agent,
    private readonly load: Load,
    connection: number,
  ) {
    this.requests = load.requestsOf(connection);
  }

  async next(): Promise<void> {
    const template = this.requests[this.at++ % this.requests.length]!;
    const setup = template.setupRequest;
    const asked = typeof setup === 'function' ? setup({ ...template }, this.context) : template;
    const { status, body } = await this.send(asked);
    const expected = template.expected ?? this.load.expected;
    if (status !== expected) throw new Error(`status ${status} instead of ${expected}`);
    if (typeof template.onResponse === 'function') template.onResponse(status, body, this.context, {});
    const problem = this.load.check?.(body) ?? null;
    if (problem !== null) throw new Error(problem);
  }

  private async send({
    method = 'GET',
    path = '/',
    headers = {},
    body,
  }: autocannon.Request): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const request = httpRequest(
        this.url + path,
        { agent: this.agent, method, headers: { ...headers, ...length } },
        (response: IncomingMessage) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}
