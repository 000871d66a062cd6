import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The fault on transferred bytes. `cut` resets the connection at the first byte of a response. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'blackhole' };

/** A TCP proxy on the loopback interface that forwards faithfully until a fault is set, also for open connections. */
export class FaultProxy {
  /** Called for each cut response, before the client notices. */
  onCut: () => void = () => undefined;
  private fault: Fault = { kind: 'none' };
  private closed = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: { host: string; port: number },
  ) {}

  static async start(target: { host: string; port: number }): Promise<FaultProxy> {
    const server = createServer({ pauseOnConnect: true });
    const proxy = new FaultProxy(server, target);
    server.on('connection', (client) => proxy.join(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  set(fault: Fault): void {
    this.fault = fault;
  }

  close(): void {
    this.closed = true;
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(client: Socket): void {
    const upstream = connect(this.target);
    const end = (): void => {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.end();
      });
    }
    void this.pump(client, upstream, false, end);
    void this.pump(upstream, client, true, end);
  }

  private async pump(from: Socket, to: Socket, isReply: boolean, end: () => void): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (isReply && this.fault.kind === 'cut') {
          this.onCut();
          end();
          return;
        }
        await this.hinder(chunk.length);
        if (!to.write(chunk)) await once(to, 'drain');
      }
      to.end();
    } catch {
      end();
    }
  }

  private async hinder(bytes: number): Promise<void> {
    if (this.fault.kind === 'delay') await sleep(this.fault.ms);
    if (this.fault.kind === 'slow') await sleep((bytes / this.fault.bytesPerSecond) * 1000);
    while (this.fault.kind === 'blackhole' && !this.closed) await sleep(50);
  }
}
