import { generateKeyPairSync } from 'node:crypto';
import { Client } from 'pg';
import { newId } from '#libs/kernel';
import { leafHash } from '#libs/merkle';
import { checkpointText, type FullTile, GrowingTree, NoteSigner, signNote } from '#libs/tlog';
import { type ApiClient } from '../support/api-client.js';
import { startApi, type TestApi } from '../support/app.js';
import globalSetup from '../support/global-setup.mjs';
import globalTeardown from '../support/global-teardown.mjs';
import { decidedDocument } from '../support/log-artefacts.js';

/*
 * The cost of proofs: a receipt from a log of 10 million leaves compared with one from a log of 1,000, over HTTP.
 *
 *   node --conditions=veritrail-source --import ./test/support/typescript-hooks.mjs test/bench/proof-cost.ts [leaves]
 *
 * The large log has all of its tiles and the real leaves of the requested decisions; of its other leaves it has only the
 * hashes. Exits 1 if a receipt costs more than twice as much.
 */

const SIZES = [1_000, Number(process.argv[2] ?? 10_000_000)];
const DECISIONS = 40;
const ROUNDS = 25;
const TILES_AT_ONCE = 64;

interface Decided {
  readonly path: string;
  readonly entryId: string;
  readonly leaf: Buffer;
}

async function decisionsOf(api: TestApi, client: Client): Promise<Decided[]> {
  const found: Decided[] = [];
  for (let at = 0; at < DECISIONS; at++) {
    const { id, decision } = await decidedDocument(api);
    const { rows } = await client.query<{ id: string; leaf: Buffer }>(
      `SELECT id, leaf FROM audit.entries WHERE target_id = $1 AND action = 'document.verified'`,
      [id],
    );
    const path = `/v1/documents/${id}/decisions/${decision!.id}/receipt`;
    found.push({ path, entryId: rows[0]!.id, leaf: rows[0]!.leaf });
  }
  return found;
}

/** Writes a log of `size` leaves without the sequencer, with the decisions spread over it. */
async function plantLog(client: Client, size: number, decisions: readonly Decided[]): Promise<void> {
  const places = new Map(
    decisions.map((one, at) => [Math.floor(((at + 0.5) * size) / decisions.length), one]),
  );
  // Most of these leaves have no entry.
  await client.query('SET session_replication_role = replica');
  const tree = GrowingTree.empty();
  let full: FullTile[] = [];
  const flush = async (): Promise<void> => {
    await client.query(
      `INSERT INTO audit.tiles (level, tile_index, hashes, root)
       SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[])`,
      [
        full.map(({ level }) => level),
        full.map(({ index }) => index),
        full.map(({ hashes }) => hashes),
        full.map(({ root }) => root),
      ],
    );
    full = [];
  };
  const edge = size - (size % 256);
  for (let index = 0; index < size; index++) {
    const decided = places.get(index);
    const hash = leafHash(decided?.leaf ?? Buffer.from(String(index)));
    if (decided || index >= edge) {
      await client.query(
        'INSERT INTO audit.sealed_leaves (leaf_index, entry_id, leaf_hash) VALUES ($1, $2, $3)',
        [index, decided?.entryId ?? newId(), hash],
      );
    }
    full.push(...tree.append(hash));
    if (full.length >= TILES_AT_ONCE) await flush();
  }
  await flush();
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const signer = NoteSigner.fromPem('bench.example/log', pem);
  const note = signNote(checkpointText({ origin: signer.verifier.name, size, root: tree.root() }), [signer]);
  await client.query('INSERT INTO audit.log_keys VALUES ($1, now())', [signer.verifier.vkey]);
  await client.query(
    'INSERT INTO audit.checkpoints (tree_size, root_hash, note, signed_at) VALUES ($1, $2, $3, now())',
    [size, tree.root(), note],
  );
}

async function timesOf(reader: ApiClient, decisions: readonly Decided[]): Promise<number[]> {
  const times: number[] = [];
  for (const { path } of decisions) {
    const before = performance.now();
    await reader.get(path).expect(200);
    times.push(performance.now() - before);
  }
  return times;
}

const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * q)] ?? Number.NaN;

async function compareReceipts(): Promise<boolean> {
  const logs = [];
  for (const size of SIZES) {
    const api = await startApi();
    const client = new Client({ connectionString: api.database.adminUrl });
    await client.connect();
    const decisions = await decisionsOf(api, client);
    await plantLog(client, size, decisions);
    await client.end();
    logs.push({ size, api, decisions, times: [] as number[] });
    process.stdout.write(`a log of ${size} is planted\n`);
  }
  // Interleaved, so that other work on the machine affects both.
  for (let round = 0; round < ROUNDS; round++) {
    for (const { api, decisions, times } of logs) {
      const measured = await timesOf(api.as('user'), decisions);
      if (round > 0) times.push(...measured);
    }
  }
  for (const { size, times } of logs) {
    const [median, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
    process.stdout.write(
      `receipt from ${size}: median ${median.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (${times.length})\n`,
    );
  }
  const [small = [], large = []] = logs.map(({ times }) => times);
  const ratio = quantile(large, 0.5) / quantile(small, 0.5);
  process.stdout.write(`ratio of the medians: ${ratio.toFixed(2)} (at most 2)\n`);
  for (const { api } of logs) await api.close();
  return ratio <= 2;
}

async function main(): Promise<void> {
  await globalSetup();
  try {
    process.exitCode = (await compareReceipts()) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 2;
  } finally {
    await globalTeardown();
  }
}

void main();
