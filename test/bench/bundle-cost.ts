import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Actor, emptyDraft } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { NO_ORIGIN } from '../../libs/audit/src/entries/entry.js';
import { AuditLog } from '../../libs/audit/src/recording/audit-log.js';
import { startApi, type TestApi, testEnvironment } from '../support/app.js';
import globalSetup from '../support/global-setup.mjs';
import globalTeardown from '../support/global-teardown.mjs';
import { decidedDocument } from '../support/log-artefacts.js';
import { HandSealer } from '../support/seal-log.js';
import { residentMib } from './proc.js';
import { ServerProcess } from './server-process.js';

/*
 * The cost of the evidence bundle of a document with many entries, with the built API in a separate process:
 *
 *   npm run build
 *   node --conditions=veritrail-source --import ./test/support/typescript-hooks.mjs test/bench/bundle-cost.ts [leaves]
 *
 * Exits 1 if building it held the event loop for longer than 20 ms (delays by other programs do not count), or if resident
 * memory grew by more than 64 MiB. Needs Linux (/proc).
 */

const LEAVES = Number(process.argv[2] ?? 10_000);
const LEAVES_AT_ONCE = 200;
const ALLOWED_GROWTH_MIB = 64;
const ALLOWED_HOLD_MS = 20;
const MAIN = 'dist/apps/api/src/main.js';

/** Writes as many entries about a document as if it had been read that often. */
async function recordReadings(api: TestApi, documentId: string): Promise<void> {
  const log = api.app.get(AuditLog, { strict: false });
  const uow = api.app.get(UnitOfWork, { strict: false });
  const occurrence = {
    action: 'document.content_read',
    outcome: 'succeeded',
    actor: Actor.system('bench'),
    origin: NO_ORIGIN,
    draft: { ...emptyDraft(), target: { type: 'document', id: documentId } },
  } as const;
  for (let left = LEAVES; left > 0; left -= LEAVES_AT_ONCE) {
    const entries = Array.from({ length: Math.min(left, LEAVES_AT_ONCE) }, () => log.entryOf(occurrence));
    await uow.transact(() => log.append(...entries));
  }
}

async function download(url: string, token: string): Promise<number> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok || !answer.body) throw new Error(`The bundle answered ${answer.status}`);
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) bytes += chunk.length;
  return bytes;
}

/** The small bundle first, so that the loading of code is not measured. */
async function measure(server: ServerProcess, small: string, large: string, token: string): Promise<boolean> {
  const address = (id: string): string => `${server.url}/v1/documents/${id}/evidence`;
  await download(address(small), token);
  await server.loopDelay();
  const before = residentMib(server.pid);
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, residentMib(server.pid))), 20);
  const begun = performance.now();
  const bytes = await download(address(large), token);
  const ms = performance.now() - begun;
  clearInterval(timer);
  const { p99, max, held } = await server.loopDelay();
  console.log(
    `bundle of ${LEAVES} leaves: ${bytes} bytes in ${Math.round(ms)} ms, memory +${(most - before).toFixed(1)} MiB, event loop ` +
      `late by ${p99.toFixed(1)} ms (p99), ${max.toFixed(1)} ms at most, of its own doing ${held.toFixed(1)} ms at most`,
  );
  return held <= ALLOWED_HOLD_MS && most - before <= ALLOWED_GROWTH_MIB;
}

async function main(): Promise<void> {
  if (!existsSync(MAIN)) throw new Error('The product is not built: run npm run build first');
  await globalSetup();
  const environment = testEnvironment();
  const api = await startApi({ environment });
  try {
    const [small, large] = [await decidedDocument(api), await decidedDocument(api)];
    await recordReadings(api, large.id);
    await HandSealer.sealOnce(api.database.adminUrl);
    const server = await ServerProcess.start({
      name: 'API',
      main: MAIN,
      environment: { ...environment, DATABASE_URL: api.database.url, DATA_DIR: api.dataDir },
      processors: null,
      logFile: join(api.dataDir, 'api.log'),
      probed: true,
    });
    try {
      const fine = await measure(server, small.id, large.id, String(api.as('user').accessToken));
      process.exitCode = fine ? 0 : 1;
    } finally {
      await server.stop();
    }
  } finally {
    await api.close();
    await globalTeardown();
  }
}

void main();
