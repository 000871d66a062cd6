import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Client } from 'pg';
import { AuditModule, SealingModule } from '#libs/audit';
import { Actor, AuditedExecution, Clock } from '#libs/kernel';
import { Metrics, StoppedWork } from '#libs/observability';
import { UnitOfWork } from '#libs/postgres';
import { ProcessModule } from '#libs/process';
import { leafHash } from '#libs/merkle';
import { CompactRange, NoteVerifier, openNote, parseCheckpoint } from '#libs/tlog';
import { VerifiedCheckpoints } from '../../libs/audit/src/log-store/verified-checkpoints.js';
import { LogSigners } from '../../libs/audit/src/sequencer/log-signers.js';
import { SealingConfiguration } from '../../libs/audit/src/sequencer/sealing.configuration.js';
import { SealingMetrics } from '../../libs/audit/src/sequencer/sealing-metrics.js';
import { SealingRepository } from '../../libs/audit/src/sequencer/sealing.repository.js';
import { Sequencer } from '../../libs/audit/src/sequencer/sequencer.js';
import { edgeConfiguration, newLogKey } from './edge.js';

/** The replaceable parts of one sealing process. */
export interface SealingParts {
  readonly repository?: (uow: UnitOfWork) => SealingRepository;
  readonly signers?: (configuration: SealingConfiguration) => LogSigners;
  readonly stopped?: StoppedWork;
  readonly clock?: Clock;
}

/** A log that any number of processes seal, with one database, one key and one anchor. */
export class SealingHarness {
  readonly anchorDir: string;
  private readonly key: string;
  private readonly contexts: INestApplicationContext[] = [];

  constructor(
    private readonly databaseUrl: string,
    private readonly variables: Readonly<Record<string, string>> = {},
    /** Uses its key and its anchor. */
    like?: SealingHarness,
  ) {
    this.anchorDir =
      like?.anchorDir ?? mkdtempSync(join(process.env['VERITRAIL_TEST_RUN'] ?? tmpdir(), 'anchor-'));
    this.key = like?.key ?? newLogKey();
  }

  /** The variables of every process of this log. */
  get environment(): Readonly<Record<string, string>> {
    return {
      LOG_SIGNING_KEY: this.key,
      LOG_ANCHOR_DIR: this.anchorDir,
      LOG_ORIGIN: 'log.example.com/test',
      ...this.variables,
    };
  }

  /** Starts one process with its own connections. */
  async process(variables: Readonly<Record<string, string>> = {}): Promise<INestApplicationContext> {
    const configuration = edgeConfiguration(this.databaseUrl, {
      DATABASE_POOL_SIZE: '3',
      ...this.environment,
      ...variables,
    });
    class ProbeModule {}
    const context = await NestFactory.createApplicationContext(
      {
        module: ProbeModule,
        imports: [ProcessModule.forProcess(configuration, 'veritrail-test'), AuditModule, SealingModule],
      },
      { logger: false, abortOnError: false },
    );
    this.contexts.push(context);
    return context;
  }

  async close(): Promise<void> {
    await Promise.all(this.contexts.splice(0).map((context) => context.close()));
  }
}

/** The sequencer of a process, with some of its parts replaced. */
export function sequencerOf(context: INestApplicationContext, parts: SealingParts = {}): Sequencer {
  const get = <T>(type: abstract new (...args: never[]) => T): T => context.get<T>(type, { strict: false });
  const uow = get(UnitOfWork);
  return new Sequencer(
    uow,
    parts.repository?.(uow) ?? get(SealingRepository),
    get(VerifiedCheckpoints),
    parts.signers?.(get(SealingConfiguration)) ?? get(LogSigners),
    get(SealingConfiguration),
    parts.stopped ?? new StoppedWork(new Metrics()),
    new SealingMetrics(new Metrics()),
    parts.clock ?? get(Clock),
  );
}

/** Writes entries as the product does, in one transaction each. */
export async function writeEntries(context: INestApplicationContext, count: number): Promise<void> {
  const audited = context.get<AuditedExecution>(AuditedExecution, { strict: false });
  for (let written = 0; written < count; written++) {
    await audited.run('document.expired', Actor.system('test'), async () => undefined);
  }
}

/** Runs the sequencer until it finds nothing more. */
export async function sealAll(sequencer: Sequencer): Promise<void> {
  for (let sealed = 1; sealed > 0;) sealed = await sequencer.run();
}

/**
 * The errors of the sealed log, computed only from the bytes of the leaves: log indexes without gaps, every entry once,
 * hashes, full tiles, and every published checkpoint correctly signed. Empty if the log is sound.
 */
export async function faultsOfLog(client: Client): Promise<string[]> {
  const faults: string[] = [];
  const { rows: leaves } = await client.query<{ place: string; entry: string; hash: Buffer; bytes: Buffer }>(
    `SELECT leaf_index AS place, entry_id AS entry, leaf_hash AS hash, coalesce(leaf, adopted_leaf) AS bytes
     FROM audit.sealed_leaves JOIN audit.entries ON id = entry_id ORDER BY leaf_index`,
  );
  const { rows: keys } = await client.query<{ vkey: string }>('SELECT vkey FROM audit.log_keys');
  const verifiers = keys.map(({ vkey }) => NoteVerifier.parse(vkey));
  const checkpoints = await client.query<{ size: string; root: Buffer; note: string }>(
    'SELECT tree_size AS size, root_hash AS root, note FROM audit.checkpoints ORDER BY tree_size',
  );
  const waiting = checkpoints.rows;
  const range = CompactRange.of(0, []);
  for (const [index, { place, entry, hash, bytes }] of leaves.entries()) {
    if (Number(place) !== index) faults.push(`the leaf after ${index} is at ${place}`);
    if (!leafHash(bytes).equals(hash)) faults.push(`the hash of leaf ${place} is wrong`);
    const { id } = JSON.parse(bytes.toString()) as { id: string };
    if (id !== entry) faults.push(`the leaf at ${place} is that of ${id}`);
    range.append(leafHash(bytes));
    while (waiting[0] && Number(waiting[0].size) <= range.size) {
      const checkpoint = waiting.shift();
      const signed = checkpoint && parseCheckpoint(openNote(checkpoint.note, verifiers));
      const isTrue = signed?.size === range.size && Buffer.from(signed.root).equals(range.root());
      if (!isTrue || !checkpoint?.root.equals(range.root()))
        faults.push(`the checkpoint of ${checkpoint?.size} is not true`);
    }
  }
  for (const { size } of waiting) faults.push(`the checkpoint of ${size} is ahead of the leaves`);
  const { rows: tiles } = await client.query<{ level: number; place: string; hashes: Buffer }>(
    'SELECT level, tile_index AS place, hashes FROM audit.tiles WHERE level = 0 ORDER BY tile_index',
  );
  if (tiles.length !== Math.floor(leaves.length / 256)) faults.push(`there are ${tiles.length} full tiles`);
  for (const { place, hashes } of tiles) {
    const part = leaves.slice(Number(place) * 256, (Number(place) + 1) * 256);
    if (!Buffer.concat(part.map(({ hash }) => hash)).equals(hashes)) faults.push(`tile ${place} is wrong`);
  }
  return faults;
}

/** The number of entries, of entries with a log index, and of entries that a checkpoint covers. */
export async function progressOf(
  client: Client,
): Promise<{ entries: number; sealed: number; published: number }> {
  const { rows } = await client.query<{ entries: number; sealed: number; published: number }>(
    `SELECT (SELECT count(*)::int FROM audit.entries) AS entries,
       (SELECT count(*)::int FROM audit.sealed_leaves) AS sealed,
       coalesce((SELECT max(tree_size)::int FROM audit.checkpoints), 0) AS published`,
  );
  return rows[0] ?? { entries: -1, sealed: -1, published: -1 };
}
