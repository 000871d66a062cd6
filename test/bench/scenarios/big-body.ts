import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { pdfChunks } from '../../support/pdf.js';
import { type Driven, WrongAnswersError } from '../drive.js';

const bodies = new Map<number, { readonly chunks: readonly Buffer[]; readonly sha256: string }>();

/** The chunks of a PDF of this size and its digest, created once. */
export function bigBody(size: number): { readonly chunks: readonly Buffer[]; readonly sha256: string } {
  const known = bodies.get(size);
  if (known) return known;
  const chunks = [...pdfChunks(size, 'big')];
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  const made = { chunks, sha256: hash.digest('hex') };
  bodies.set(size, made);
  return made;
}

interface BigUpload {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: readonly Buffer[];
  readonly times: number;
  readonly status: number;
  check(body: string): string | null;
}

/** Sends the body this many times in sequence. Throws `WrongAnswersError`. */
export async function sendBigBody(upload: BigUpload): Promise<Driven> {
  const latencies: number[] = [];
  const began = performance.now();
  for (let time = 0; time < upload.times; time++) latencies.push(await sendOnce(upload));
  return { requests: upload.times, seconds: (performance.now() - began) / 1000, latencies };
}

async function sendOnce({ url, headers, body, status, check }: BigUpload): Promise<number> {
  const began = performance.now();
  const length = body.reduce((sum, chunk) => sum + chunk.length, 0);
  const request = httpRequest(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': String(length) },
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  for (const chunk of body) if (!request.write(chunk)) await Promise.race([once(request, 'drain'), answered]);
  request.end();
  const [response] = await answered;
  const text = Buffer.concat(await response.toArray()).toString();
  const problem =
    response.statusCode === status ? check(text) : `status ${response.statusCode}: ${text.slice(0, 200)}`;
  if (problem !== null) throw new WrongAnswersError(`${url}: ${problem}`);
  return performance.now() - began;
}
