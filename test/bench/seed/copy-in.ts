import { once } from 'node:events';
import { type Socket } from 'node:net';
import { type Client, type Submittable } from 'pg';

/** The object that `pg` passes to a custom query, which its types do not describe. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
  readonly stream: Socket;
}

const CHUNK_BYTES = 256 * 1024;

/** Writes rows into a table by COPY, in PostgreSQL's text format, one row per line. Rejects with the server's error. */
export async function copyIn(client: Client, target: string, lines: Iterable<string>): Promise<void> {
  const copy = new CopyIn(`COPY ${target} FROM STDIN`, lines);
  client.query(copy as unknown as Submittable);
  await copy.done;
}

/** A line of the text format; in the seeded data only the backslash of binary data needs escaping. */
export function copyLine(values: ReadonlyArray<string | number | null>): string {
  return `${values.map((value) => value ?? '\\N').join('\t')}\n`;
}

/** In the text format the backslash of `bytea` is doubled. */
export function copyBytes(hex: string): string {
  return `\\\\x${hex}`;
}

class CopyIn {
  readonly done: Promise<void>;
  private resolve!: () => void;
  private reject!: (error: unknown) => void;

  constructor(
    private readonly text: string,
    private readonly lines: Iterable<string>,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit(connection: CopyConnection): void {
    connection.query(this.text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.send(connection).catch((error: unknown) => connection.sendCopyFail(String(error)));
  }

  handleError(error: unknown): void {
    this.reject(error);
  }

  handleCommandComplete(): void {
    // Complete only when the server is ready for the next query.
  }

  handleReadyForQuery(): void {
    this.resolve();
  }

  private async send(connection: CopyConnection): Promise<void> {
    let chunk: string[] = [];
    let length = 0;
    const flush = async (): Promise<void> => {
      connection.sendCopyFromChunk(Buffer.from(chunk.join(''), 'utf8'));
      [chunk, length] = [[], 0];
      if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
    };
    for (const line of this.lines) {
      chunk.push(line);
      length += line.length;
      if (length >= CHUNK_BYTES) await flush();
    }
    await flush();
    connection.endCopyFrom();
  }
}
