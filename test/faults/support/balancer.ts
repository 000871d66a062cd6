import { once } from 'node:events';
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './http-call.js';

const POLL_MS = 50;

/**
 * A simple round-robin HTTP proxy: it checks the readiness of every backend, forwards requests to ready backends, and never
 * retries. A request that fails here would have failed for a client.
 */
export class Balancer {
  private readonly ready = new Set<string>();
  private readonly agent = new Agent({ keepAlive: true });
  private readonly stopping = new AbortController();
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly backends: readonly string[],
  ) {}

  static async start(backends: readonly string[]): Promise<Balancer> {
    const server = createServer();
    const balancer = new Balancer(server, backends);
    server.on('request', (incoming, outgoing) => balancer.pass(incoming, outgoing));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    for (const backend of backends) void balancer.watch(backend);
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  isReady(backend: string): boolean {
    return this.ready.has(backend);
  }

  close(): void {
    this.stopping.abort();
    this.agent.destroy();
    this.server.close();
    this.server.closeAllConnections();
  }

  private async watch(backend: string): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const { status } = await call({ method: 'GET', url: `${backend}/health/ready`, timeoutMs: 1000 });
      if (status === 200) this.ready.add(backend);
      else this.ready.delete(backend);
      await sleep(POLL_MS);
    }
  }

  private pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const candidates = this.backends.filter((backend) => this.ready.has(backend));
    const backend = candidates[(this.turn += 1) % Math.max(candidates.length, 1)];
    if (!backend) return refuse(outgoing, 'no backend is ready');
    const { method, headers, url } = incoming;
    const onward = request(backend + (url ?? '/'), { method: method ?? 'GET', headers, agent: this.agent });
    onward.on('error', (error) => refuse(outgoing, error.message));
    onward.on('response', (answer) => {
      // Connection headers concern one hop only (RFC 9110, section 7.6.1).
      const { connection: _, 'keep-alive': __, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, kept);
      answer.on('error', () => outgoing.destroy());
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  }
}

function refuse(outgoing: ServerResponse, reason: string): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(502, { 'content-type': 'text/plain', 'x-balancer': reason });
  outgoing.end(reason);
}
