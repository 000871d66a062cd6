import { AsyncLocalStorage } from 'node:async_hooks';
import { type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type Actor, AuditedExecution, AuditTrail } from '#libs/kernel';
import { type ByteRange } from '#libs/storage';
import { type StoredContent } from './content.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';

const POLL_MS = 5;

/** Bytes that are about to be sent to a reviewer. */
export interface Delivery {
  readonly content: StoredContent;
  readonly range: ByteRange;
  readonly reader: Actor & { readonly id: string };
}

/**
 * Records what was delivered to a reviewer: the connection took every byte of the response. Only the server's operating
 * system confirms this; that the reviewer's program received or showed the bytes cannot be known.
 */
@Injectable()
export class DeliveryRecorder {
  private readonly logger = new Logger(DeliveryRecorder.name);

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly execution: AuditedExecution,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The same bytes. The last one is sent after the delivery is recorded, so that a client that has the whole file can decide
   * at once, through any process. Nothing is recorded if the connection closes before. Destroys `source` when it closes.
   */
  recorded(source: Readable, response: ServerResponse, delivery: Delivery): Readable {
    // The last byte is read in the context of the socket, not of the request.
    const inRequest = AsyncLocalStorage.snapshot();
    const stream: Readable = Readable.from(
      beforeLastByte(source, async () => {
        if (await isTaken(stream, response)) await inRequest(() => this.record(delivery));
      }),
      { objectMode: false },
    );
    stream.once('close', () => source.destroy());
    return stream;
  }

  private async record({ content, range, reader }: Delivery): Promise<void> {
    const { documentId, ownerId, sha256, size, version } = content;
    const bytes = { documentId, readerId: reader.id, sha256, size, range };
    try {
      if (!(await this.deliveries.add(bytes))) return;
      await this.execution.run('document.content_delivered', reader, async () => {
        if (!(await this.deliveries.complete(bytes))) return this.audit.suppress();
        this.audit.setTarget({ type: 'document', id: documentId, version, sha256, ownerId });
        this.audit.setChanges({}, { deliveredTo: reader.id, deliveredSha256: sha256 });
      });
    } catch (error) {
      // The file is still sent. A decision about it is refused until it was downloaded again.
      this.logger.error(`The delivery of document ${documentId} could not be recorded`, error);
    }
  }
}

/** Passes the chunks on, and waits for `work` before the last byte. */
async function* beforeLastByte(
  source: AsyncIterable<Buffer>,
  work: () => Promise<void>,
): AsyncGenerator<Buffer> {
  let held: Buffer | null = null;
  for await (const chunk of source) {
    if (held) yield held;
    held = chunk;
  }
  if (!held) return;
  if (held.length > 1) yield held.subarray(0, -1);
  await work();
  yield held.subarray(-1);
}

/** Waits until the operating system has taken all bytes that were read from `stream`. False if the connection closed. */
async function isTaken(stream: Readable, response: ServerResponse): Promise<boolean> {
  // The last chunk is written to the response after it was read.
  await setImmediate();
  while (!response.destroyed && stream.readableLength + response.writableLength > 0) await sleep(POLL_MS);
  return !response.destroyed;
}
