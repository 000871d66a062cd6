import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { hasBody } from './request-bodies.js';

const CHECK_EVERY_MS = 10_000;
/** Judged over so many checks: what lies between a slow reader and us is passed on in bursts. */
const CHECKS_PER_WINDOW = 3;
/** A client slower than this holds a connection, and with it a file or a place in a queue, for no good reason. */
const MIN_BYTES_PER_MS = 0.5;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** One connection, and what goes over it at this moment. */
interface Transfer {
  readonly socket: Socket;
  readonly exchanges: Exchange[];
  /** How often it was looked at since the client has been waited for, and what had been moved by then. */
  checks: number;
  bytes: number;
}

/**
 * Ends transfers that crawl. A timeout between bytes does not: one byte at a time keeps an upload or a download open for
 * years. Whoever makes less than half a kilobyte a second, while it is the client that is waited for, is cut off.
 *
 * There is one entry for a connection, not for a request: in a Map or Set that something is put into and taken out of for every
 * request, each outgrown table leads V8 to the next, so that the short collections of garbage throw nothing away any more.
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

/** Whether the next step is the client's: its bytes are wanted and not there, or it does not take those that are. */
function waitsForClient({ request, response }: Exchange): boolean {
  const wanted = hasBody(request) && !request.complete && request.readableLength === 0;
  return wanted || (response.headersSent && request.socket.writableLength > 0);
}
