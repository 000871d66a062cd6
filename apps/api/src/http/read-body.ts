import { type Readable } from 'node:stream';
import { type AppError, BadRequestError, RequestTimeoutError } from '#libs/kernel';
import { tooLarge } from './body-rules.hook.js';

/**
 * The whole body, once it has arrived. Rejects with 413 at the first byte over `maxBytes`, with 408 when it is not
 * complete after `timeoutMs`, however steadily it trickles, and with 400 when the client goes away. Nothing is read
 * after a rejection.
 */
export function readBody(
  payload: Readable,
  { maxBytes, timeoutMs }: { maxBytes: number; timeoutMs: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => refuse(new RequestTimeoutError()), timeoutMs);
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes) refuse(tooLarge(maxBytes));
    };
    const onEnd = (): void => {
      stop();
      resolve(Buffer.concat(chunks, length));
    };
    const onBroken = (): void => refuse(new BadRequestError('The body ended before it was complete'));
    const stop = (): void => {
      clearTimeout(timer);
      payload.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
    };
    const refuse = (error: AppError): void => {
      stop();
      payload.pause();
      reject(error);
    };
    payload.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}
