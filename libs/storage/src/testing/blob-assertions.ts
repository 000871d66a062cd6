import { createHash } from 'node:crypto';
import { type Readable } from 'node:stream';
import { AppError, type ErrorClass } from '#libs/kernel';
import { type OpenBlob } from '../blob-store.js';

/** Asserts that an action fails with exactly this kind of error. */
export async function expectFailure(action: Promise<unknown>, kind: ErrorClass): Promise<void> {
  const error: unknown = await action.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  expect(error instanceof AppError ? error.code : error).toBe(kind.code);
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Reads all bytes of a blob and closes it. */
export async function readAll(blob: OpenBlob): Promise<Buffer> {
  try {
    return await collect(blob.stream());
  } finally {
    await blob.close();
  }
}

export async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
