import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { leafHash } from '#libs/merkle';
import { checkpointText, GrowingTree, NoteSigner, signNote } from '#libs/tlog';

/**
 * Seals the log of a database by hand, without the sequencer: for tests of a sealed log that control when it is sealed and
 * with which key.
 */
export class HandSealer {
  private readonly tree = GrowingTree.empty();

  private constructor(
    private readonly client: Client,
    readonly signer: NoteSigner,
  ) {}

  static async open(url: string, origin = 'test.example/log'): Promise<HandSealer> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const signer = NoteSigner.fromPem(origin, String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
    const client = new Client({ connectionString: url });
    await client.connect();
    const sealer = new HandSealer(client, signer);
    const { rows } = await client.query<{ leaf_hash: Buffer }>(
      'SELECT leaf_hash FROM audit.sealed_leaves ORDER BY leaf_index',
    );
    for (const { leaf_hash } of rows) sealer.tree.append(leaf_hash);
    return sealer;
  }

  /** Seals what is committed now, once, with a temporary key. */
  static async sealOnce(url: string): Promise<void> {
    const sealer = await HandSealer.open(url);
    try {
      await sealer.seal();
    } finally {
      await sealer.close();
    }
  }

  /** Seals repeatedly until the work is done. */
  async sealWhile<T>(work: Promise<T>): Promise<T> {
    const done = new AbortController();
    const sealing = (async () => {
      while (!done.signal.aborted) {
        await this.seal();
        await sleep(100);
      }
    })();
    try {
      return await work;
    } finally {
      done.abort();
      await sealing;
    }
  }

  /** Assigns a log index to everything that is committed now, and publishes a checkpoint. */
  async seal(): Promise<void> {
    const { rows } = await this.client.query<{ id: string; leaf: Buffer }>(
      `SELECT e.id, e.leaf FROM audit.entries e LEFT JOIN audit.sealed_leaves s ON s.entry_id = e.id
       WHERE s.entry_id IS NULL ORDER BY e.id`,
    );
    for (const { id, leaf } of rows) {
      const hash = leafHash(leaf);
      await this.client.query(
        'INSERT INTO audit.sealed_leaves (leaf_index, entry_id, leaf_hash) VALUES ($1, $2, $3)',
        [this.tree.size, id, hash],
      );
      for (const { level, index, hashes, root } of this.tree.append(hash)) {
        await this.client.query(
          'INSERT INTO audit.tiles (level, tile_index, hashes, root) VALUES ($1, $2, $3, $4)',
          [level, index, hashes, root],
        );
      }
    }
    const { size } = this.tree;
    const text = checkpointText({ origin: this.signer.verifier.name, size, root: this.tree.root() });
    await this.client.query(
      `INSERT INTO audit.checkpoints (tree_size, root_hash, note, signed_at) VALUES ($1, $2, $3, now())
       ON CONFLICT DO NOTHING`,
      [size, this.tree.root(), signNote(text, [this.signer])],
    );
    await this.client.query(
      'INSERT INTO audit.log_keys (vkey, first_used_at) VALUES ($1, now()) ON CONFLICT DO NOTHING',
      [this.signer.verifier.vkey],
    );
    await this.client.query(
      'INSERT INTO audit.log_keys (vkey, first_used_at) VALUES ($1, now()) ON CONFLICT DO NOTHING',
      [this.signer.verifier.vkey],
    );
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
