import { type Pool, type PoolClient } from 'pg';
import { sendStatement } from './kept-query.js';
import { sendInOnePiece } from './one-piece.js';
import { type NamedStatement } from './statement-names.js';

/** More would keep no more cores of the database busy, and take connections from those who write. */
const CONNECTIONS = 2;

interface Share {
  readonly client: Promise<PoolClient>;
  connected: boolean;
  users: number;
  error: Error | undefined;
  readonly onError: (error: Error) => void;
}

/**
 * Sends short reads one after the other over one connection, without waiting for the answer to the one before: half of
 * what such a read costs is taking a connection and giving it back. The first who has none to join takes one from the
 * pool, the last gives it back; nobody joins one that others wait for. A statement that fails fails alone; a connection
 * that breaks fails all who are on it. Only for reads that are over at once: a slow one holds up everybody behind it.
 */
export class SharedReads {
  private joinable: Share[] = [];

  constructor(private readonly pool: () => Pool) {}

  async read<Row extends object>(statement: NamedStatement): Promise<Row[]> {
    const share = this.join();
    share.users += 1;
    try {
      const client = await share.client;
      // With what others have to ask at this moment.
      sendInOnePiece(client);
      return await sendStatement<Row>(client, statement);
    } finally {
      share.users -= 1;
      if (share.users === 0) await this.giveBack(share);
    }
  }

  private join(): Share {
    const pending = this.joinable.filter(({ connected }) => !connected);
    const pool = this.pool();
    if (pool.waitingCount > pending.length) this.joinable = pending;
    const exhausted = pool.idleCount === 0 && pool.totalCount >= pool.options.max;
    const [first, ...others] = this.joinable;
    if (!first || (this.joinable.length < CONNECTIONS && !exhausted)) return this.open();
    return others.reduce((quietest, share) => (share.users < quietest.users ? share : quietest), first);
  }

  private open(): Share {
    const share: Share = {
      client: this.pool().connect(),
      connected: false,
      users: 0,
      error: undefined,
      onError: (error) => {
        share.error = error;
        this.close(share);
      },
    };
    share.client.then(
      (client) => {
        share.connected = true;
        client.on('error', share.onError);
      },
      () => this.close(share),
    );
    this.joinable.push(share);
    return share;
  }

  private close(share: Share): void {
    this.joinable = this.joinable.filter((other) => other !== share);
  }

  private async giveBack(share: Share): Promise<void> {
    this.close(share);
    const client = await share.client.catch(() => null);
    client?.off('error', share.onError).release(share.error);
  }
}
