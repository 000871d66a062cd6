import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

const TRICKLE_MS = 1000;
const OPEN_EVERY_MS = 10;
const ESTABLISHED = '01';

/** The server's connections on this port (proc(5)). A client that does not read never notices that its connection ended. */
export function connectionsOn(port: number): number {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(wanted) && state === ESTABLISHED).length;
}

/** Many slow clients of one kind that keep connections open (slowhttptest's -H, -B and -X). */
export class SlowClients {
  private readonly sockets = new Set<Socket>();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly begun = performance.now();
  /** When the last client noticed that the server had closed its connection. */
  lastClosedMs = 0;

  private constructor(readonly count: number) {}

  /** Endless headers: one more every second. */
  static headers(port: number, count: number): SlowClients {
    const opening = 'GET /v1/documents HTTP/1.1\r\nHost: 127.0.0.1\r\n';
    return SlowClients.trickling(port, count, opening, () => 'X-Slow: 1\r\n');
  }

  /** An announced body that arrives byte by byte. */
  static body(port: number, count: number, opening: string): SlowClients {
    return SlowClients.trickling(port, count, opening, () => ' ');
  }

  /** A response that the client requests and does not read. */
  static read(port: number, count: number, request: string): SlowClients {
    const clients = new SlowClients(count);
    clients.open(port, (socket) => {
      socket.pause();
      socket.write(request);
    });
    return clients;
  }

  private static trickling(port: number, count: number, opening: string, more: () => string): SlowClients {
    const clients = new SlowClients(count);
    clients.open(port, (socket) => {
      socket.resume();
      socket.write(opening);
      const timer = setInterval(() => socket.writable && socket.write(more()), TRICKLE_MS);
      clients.timers.push(timer);
      socket.on('close', () => clearInterval(timer));
    });
    return clients;
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    const left = [...this.sockets];
    this.sockets.clear();
    for (const socket of left) socket.destroy();
  }

  /** A hundred per second, as tools of this kind do: the experiment measures endurance, not the initial burst. */
  private open(port: number, begin: (socket: Socket) => void): void {
    let opened = 0;
    const timer = setInterval(() => {
      if (opened === this.count) {
        clearInterval(timer);
        return;
      }
      opened += 1;
      const socket = connect({ host: '127.0.0.1', port });
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('connect', () => begin(socket));
      socket.on('close', () => {
        if (this.sockets.delete(socket)) this.lastClosedMs = performance.now() - this.begun;
      });
    }, OPEN_EVERY_MS);
    this.timers.push(timer);
  }
}
