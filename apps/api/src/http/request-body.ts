import { type IncomingMessage } from 'node:http';

/** Whether the request says that a body follows (RFC 9112, section 6.3), be it an empty one in chunks. */
export function announcesBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    (headers['content-length'] !== undefined && Number(headers['content-length']) > 0)
  );
}

/** The length that the request announces; null where it comes in chunks. */
export function announcedLength({ headers }: Pick<IncomingMessage, 'headers'>): number | null {
  return headers['content-length'] === undefined ? null : Number(headers['content-length']);
}
