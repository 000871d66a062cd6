import { setTimeout as sleep } from 'node:timers/promises';
import { storeContent } from './support/blobs.js';
import { QUICK, FaultHarness } from './support/harness.js';
import { SmallDisk, whyNoSmallDisk } from './support/small-disk.js';

const MIB = 1024 ** 2;
const STORE_MIB = 64;
const DATABASE_MIB = 320;
const WATERMARK = 8 * MIB;
const impossible = whyNoSmallDisk();
const title = (text: string): string => (impossible ? `${text} (skipped: ${impossible})` : text);

(impossible ? describe.skip : describe)(title('F14 the disk is full'), () => {
  let harness: FaultHarness;
  let disk: SmallDisk;

  afterEach(() => harness?.close());

  const openWithSmallStore = async (env: Record<string, string>): Promise<void> => {
    harness = await FaultHarness.open('F14', {
      env,
      dataDir: (sandbox) => {
        disk = SmallDisk.mount(sandbox.path('data'), STORE_MIB);
        return disk.path;
      },
    });
  };

  const expectReadsToWork = async (): Promise<void> => {
    const { workload, reviewer, stack } = harness;
    for (const { id } of workload.uploads.slice(0, 3)) {
      const answer = await stack.client.send({ path: `/v1/documents/${id}/content`, token: reviewer.token });
      expect(answer.status).toBe(200);
    }
  };

  it('refuses uploads with 507 below the watermark, serves reads, and accepts uploads again', async () => {
    await openWithSmallStore({ MIN_FREE_BYTES: String(WATERMARK) });
    const { workload, owner, stack } = harness;
    for (let index = 0; index < 3; index += 1) expect((await workload.upload(owner)).answer.status).toBe(201);
    disk.fillUpTo(WATERMARK - MIB);
    const refused = await Promise.all(Array.from({ length: 10 }, () => workload.upload(owner)));
    expect(new Set(refused.map(({ answer }) => answer.status))).toEqual(new Set([507]));
    expect(storeContent(stack.dataDir).staged).toEqual([]);
    expect((await stack.api.health('ready')).status).toBe(200);
    await expectReadsToWork();
    disk.release();
    expect((await workload.upload(owner)).answer.status).toBe(201);
    expect(await harness.problems()).toEqual([]);
  });

  it('refuses with 507 an upload that runs out of space midway, leaves no partial file, and continues', async () => {
    await openWithSmallStore({ MIN_FREE_BYTES: '0' });
    const { workload, owner, reviewer, stack } = harness;
    for (let index = 0; index < 3; index += 1) expect((await workload.upload(owner)).answer.status).toBe(201);
    disk.fillUpTo(5 * MIB);
    const large = await Promise.all(
      Array.from({ length: 4 }, () => workload.upload(owner, { size: 8 * MIB })),
    );
    expect(new Set(large.map(({ answer }) => answer.status))).toEqual(new Set([507]));
    expect(storeContent(stack.dataDir).staged).toEqual([]);
    disk.fillUpTo(0);
    expect((await workload.upload(owner)).answer.status).toBe(507);
    await expectReadsToWork();
    // A decision needs no space in the store.
    const [document] = workload.uploads;
    if (document) expect((await workload.decide(reviewer, document)).status).toBe(200);
    disk.release();
    const again = await Promise.all(
      Array.from({ length: 4 }, () => workload.upload(owner, { size: 8 * MIB })),
    );
    expect(new Set(again.map(({ answer }) => answer.status))).toEqual(new Set([201]));
    expect(await harness.problems()).toEqual([]);
  });

  it('responds with 503 while the database has no space for its log, and loses nothing', async () => {
    harness = await FaultHarness.open('F14', {
      postgresDir: (sandbox) => {
        disk = SmallDisk.mount(sandbox.path('database'), DATABASE_MIB);
        return disk.path;
      },
    });
    const { workload, owner, reviewer, stack } = harness;
    for (let index = 0; index < 5; index += 1) expect((await workload.upload(owner)).answer.status).toBe(201);
    const seen = new Set<string | number>();
    const mixed = (stopping: AbortSignal) => workload.mixed(owner, reviewer, stopping);
    const load = harness.load(Array.from({ length: 8 }, () => mixed));
    await load.lasts(1000);
    stack.client.onAnswer = ({ status, failure }) => void seen.add(failure ?? status);
    const admin = await stack.postgres.connect();
    // Fill the disk until the existing WAL segments are used up.
    disk.fillUpTo(0);
    const end = performance.now() + (QUICK ? 6_000 : 15_000);
    while (performance.now() < end) {
      await admin.query('SELECT pg_switch_wal()').catch(() => undefined);
      disk.fillUpTo(0);
      await sleep(200);
    }
    await admin.end().catch(() => undefined);
    disk.release();
    await stack.postgres.startAgain();
    await stack.api.ready(10_000);
    await load.stop();
    stack.client.onAnswer = () => undefined;
    expect([...seen].filter((outcome) => ![200, 201, 409, 503, 507].includes(Number(outcome)))).toEqual([]);
    expect(seen).toContain(503);
    expect((await workload.upload(owner)).answer.status).toBe(201);
    expect(await harness.problems()).toEqual([]);
  });
});
