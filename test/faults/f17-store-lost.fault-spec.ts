import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultHarness } from './support/harness.js';
import { whyNoSmallDisk } from './support/small-disk.js';

const NOTICED_MS = 5_000;
const asRoot = process.getuid?.() === 0;
const noMount = asRoot ? whyNoSmallDisk() : null;

describe('F17 the store of the documents is lost, replaced or read-only', () => {
  let harness: FaultHarness;
  let store: string;

  beforeAll(async () => {
    harness = await FaultHarness.open('F17');
    store = join(harness.stack.dataDir, 'blobs');
    for (let index = 0; index < 5; index += 1) {
      expect((await harness.workload.upload(harness.owner)).answer.status).toBe(201);
    }
  });

  afterAll(() => harness?.close());

  const notReady = async (): Promise<void> => {
    const end = performance.now() + NOTICED_MS;
    while ((await harness.stack.api.health('ready')).status !== 503) {
      if (performance.now() > end) throw new Error('It is still ready');
      await sleep(50);
    }
  };

  const download = async (): Promise<number> => {
    const [document] = harness.workload.uploads;
    const path = `/v1/documents/${document?.id ?? ''}/content`;
    return (await harness.stack.client.send({ path, token: harness.reviewer.token })).status;
  };

  /** Not ready, but alive; uploads are refused; no existing document gives 404. */
  const expectRefusals = async (downloads: 200 | 503): Promise<void> => {
    const { stack, workload, owner } = harness;
    await notReady();
    expect((await stack.api.health('live')).status).toBe(200);
    expect((await workload.upload(owner)).answer.status).toBe(503);
    expect(await download()).toBe(downloads);
  };

  const expectRecovery = async (): Promise<void> => {
    await harness.stack.api.ready(10_000);
    expect(await download()).toBe(200);
    expect((await harness.workload.upload(harness.owner)).answer.status).toBe(201);
  };

  it('responds with 503 while the folder is missing, and recovers when it is back', async () => {
    renameSync(store, `${store}.away`);
    await expectRefusals(503);
    renameSync(`${store}.away`, store);
    await expectRecovery();
  });

  it('responds with 503 while an empty folder is in its place, and writes nothing to it', async () => {
    renameSync(store, `${store}.away`);
    mkdirSync(store);
    await expectRefusals(503);
    expect(readdirSync(store)).toEqual([]);
    rmSync(store, { recursive: true });
    renameSync(`${store}.away`, store);
    await expectRecovery();
  });

  it('responds with 503 while another store is in its place, and writes nothing to it', async () => {
    renameSync(store, `${store}.away`);
    mkdirSync(join(store, 'staging'), { recursive: true });
    const marker = readFileSync(join(`${store}.away`, '.veritrail-store'), 'utf8');
    const [own] = /[0-9a-f-]{36}/.exec(marker) ?? [];
    writeFileSync(join(store, '.veritrail-store'), marker.replace(own ?? '', randomUUID()));
    await expectRefusals(503);
    expect(readdirSync(store, { recursive: true }).toSorted()).toEqual(['.veritrail-store', 'staging']);
    rmSync(store, { recursive: true });
    renameSync(`${store}.away`, store);
    await expectRecovery();
  });

  (noMount ? it.skip : it)(
    `serves reads while it is read-only${noMount ? ` (skipped: ${noMount})` : ''}`,
    async () => {
      const staging = join(store, 'staging');
      if (asRoot) {
        execFileSync('mount', ['--bind', store, store]);
        execFileSync('mount', ['-o', 'remount,bind,ro', store]);
      } else {
        chmodSync(staging, 0o500);
      }
      await expectRefusals(200);
      if (asRoot) execFileSync('umount', [store]);
      else chmodSync(staging, 0o700);
      await expectRecovery();
    },
  );

  it('refuses to start on an empty folder, with a reason, and starts when the store is back', async () => {
    const { api } = harness.stack;
    await api.running.kill();
    renameSync(store, `${store}.away`);
    mkdirSync(store);
    const refused = api.launch();
    const { code } = await refused.ended(15_000);
    expect(code).not.toBe(0);
    expect(refused.log()).toMatch(/store/i);
    rmSync(store, { recursive: true });
    renameSync(`${store}.away`, store);
    await api.start();
    await expectRecovery();
    expect(await harness.problems()).toEqual([]);
  });
});
