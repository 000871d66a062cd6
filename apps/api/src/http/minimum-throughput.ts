import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { hasBody } from './request-bodies.js';

const CHECK_EVERY_MS = 10_000;
/** Throughput is averaged over this many checks, because proxies and buffers forward data in bursts. */
const CHECKS_PER_WINDOW = 3;
const MIN_BYTES_PER_MS = 0.5;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** A connection and its requests in progress. */
interface Transfer {
  readonly socket: Socket;
  readonly exchanges: Exchange[];
  /** The number of checks since the server began to wait for the client, and the bytes transferred by the first of them. */
  checks: number;
  bytes: number;
}

/**
 * Closes connections whose client transfers less than 0.5 KB/s while the server waits for it. An idle timeout is not enough:
 * one byte at a time would keep an upload or a download open indefinitely.
 *
 * The map has one entry per connection, not per request: V8 promotes the tables of a Map that changes with every request, and
 * minor garbage collections then free nothing.
 */
export function enforceMinimumThroughput(server: Server, checkEveryMs = CHECK_EVERY_MS): void {
  const transfers = new Map<Socket, Transfer>();
  server.on('connection', (socket: Socket) => {
    transfers.set(socket, { socket, exchanges: [], checks: 0, bytes: 0 });
    socket.once('close', () => transfers.delete(socket));
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const exchanges = transfers.get(request.socket)?.exchanges;
    if (!exchanges) return;
    const exchange = { request, response };
    exchanges.push(exchange);
    response.once('close', () => void exchanges.splice(exchanges.indexOf(exchange), 1));
  });
  const timer = setInterval(() => {
    for (const transfer of transfers.values())
      check(transfer, CHECKS_PER_WINDOW * checkEveryMs * MIN_BYTES_PER_MS);
  }, checkEveryMs).unref();
  server.once('close', () => clearInterval(timer));
}

function check(transfer: Transfer, minBytes: number): void {
  const { socket, exchanges } = transfer;
  const bytes = socket.bytesRead + socket.bytesWritten - socket.writableLength;
  if (!exchanges.some(waitsForClient)) {
    transfer.checks = 0;
  } else if (transfer.checks === 0) {
    Object.assign(transfer, { checks: 1, bytes });
  } else if (transfer.checks < CHECKS_PER_WINDOW) {
    transfer.checks += 1;
  } else if (bytes - transfer.bytes < minBytes) {
    socket.destroy();
  } else {
    Object.assign(transfer, { checks: 1, bytes });
  }
}

/** Whether the server waits for the client: for the rest of its body, or until it reads the response. */
function waitsForClient({ request, response }: Exchange): boolean {
  const wanted = hasBody(request) && !request.complete && request.readableLength === 0;
  return wanted || (response.headersSent && request.socket.writableLength > 0);
}
