import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseFreePort } from '../../apps/cli/src/embedded-postgres/free-port.js';
import { testEnvironment } from '../support/app.js';
import globalSetup from '../support/global-setup.mjs';
import globalTeardown from '../support/global-teardown.mjs';
import {
  answerOf,
  field,
  filePart,
  multipartBody,
  openUpload,
  type RawAnswer,
} from '../support/multipart.js';
import { pdfStream } from '../support/pdf.js';
import { createTestDatabase } from '../support/postgres.js';
import { signInNewPerson } from './sign-in.js';

/*
 * The memory use of uploads and downloads, with the built API in a separate process:
 *
 *   npm run build
 *   node --conditions=veritrail-source --import ./test/support/typescript-hooks.mjs test/bench/upload-memory.ts [MiB]
 *
 * Exits 1 if resident memory grew by more than 64 MiB, or if a body over the limit was not refused while it was streamed.
 * Needs Linux (/proc) and free disk space of three times the size.
 */

const MIB = 1024 ** 2;
const SIZE_MIB = Number(process.argv[2] ?? 1024);
const ALLOWED_GROWTH_MIB = 64;
const MAIN = 'dist/apps/api/src/main.js';

/** The API in a separate process, with its memory use. */
class MeasuredApi {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly dataDir: string,
  ) {}

  static async start(databaseUrl: string): Promise<MeasuredApi> {
    const dataDir = mkdtempSync(join(tmpdir(), 'veritrail-bench-'));
    const port = String(await chooseFreePort('127.0.0.1'));
    const env = {
      ...process.env,
      ...testEnvironment(),
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      PORT: port,
      SELF_REGISTRATION: 'true',
      MAX_UPLOAD_BYTES: String(SIZE_MIB * MIB),
    };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    const api = new MeasuredApi(child, `http://127.0.0.1:${port}`, dataDir);
    for (let attempt = 0; attempt < 200; attempt++) {
      const ready = await fetch(`${api.url}/health/ready`).catch(() => null);
      if (ready?.ok) return api;
      await sleep(100);
    }
    throw new Error('The API does not get ready');
  }

  /**
   * Runs `work` and returns the largest growth of resident memory in MiB, the duration, and the processor time of all threads in
   * seconds.
   */
  async growthDuring(work: () => Promise<void>): Promise<{ growth: number; seconds: number; busy: number }> {
    const [before, busyBefore] = [this.resident(), this.busySeconds()];
    let most = before;
    const timer = setInterval(() => (most = Math.max(most, this.resident())), 20);
    const started = performance.now();
    await work();
    const seconds = (performance.now() - started) / 1000;
    clearInterval(timer);
    const busy = this.busySeconds() - busyBefore;
    return { growth: Math.max(most, this.resident()) - before, seconds, busy };
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** User and system time; the kernel counts in hundredths (proc(5), fields 14 and 15). */
  private busySeconds(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  private resident(): number {
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8')) ?? [];
    return Number(kib) / 1024;
  }
}

/** Uploads a form with a file that is generated while it is sent. */
async function upload(url: string, token: string, bytes: number, seed: string): Promise<RawAnswer> {
  const form = multipartBody([field('title', 'Bench'), field('type', 'passport'), filePart('')], {
    close: false,
  });
  const request = openUpload(`${url}/v1/documents`, { authorization: `Bearer ${token}` });
  const answer = answerOf(request);
  request.write(form.subarray(0, -2));
  const end = multipartBody([]);
  await Promise.race([
    answer,
    (async () => {
      for await (const chunk of pdfStream(bytes, seed)) {
        if (!request.write(chunk)) await once(request, 'drain');
      }
      request.end(Buffer.concat([Buffer.from('\r\n'), end]));
    })().catch(() => undefined),
  ]);
  return answer.finally(() => request.destroy());
}

async function download(url: string, token: string, id: string): Promise<number> {
  const request = httpRequest(`${url}/v1/documents/${id}/content`, {
    headers: { authorization: `Bearer ${token}` },
  });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let received = 0;
  for await (const chunk of response) received += (chunk as Buffer).length;
  return received;
}

function expectStatus(answer: RawAnswer, status: number): void {
  if (answer.status !== status) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
}

async function measure(api: MeasuredApi): Promise<boolean> {
  const token = await signInNewPerson(api.url);
  // One small upload first, so that the loading of code is not measured.
  expectStatus(await upload(api.url, token, 2 * MIB, 'first'), 201);
  const bytes = SIZE_MIB * MIB;
  let ok = true;
  const report = async (what: string, mib: number, work: () => Promise<void>): Promise<void> => {
    const { growth, seconds, busy } = await api.growthDuring(work);
    ok &&= growth <= ALLOWED_GROWTH_MIB;
    const pace = `${Math.round(mib / seconds)} MiB/s, ${((1000 * busy) / mib).toFixed(1)} ms of CPU per MiB`;
    console.log(`${what.padEnd(28)} ${seconds.toFixed(1)} s, ${pace}, memory +${growth.toFixed(1)} MiB`);
  };
  let id = '';
  await report(`upload ${SIZE_MIB} MiB`, SIZE_MIB, async () => {
    const answer = await upload(api.url, token, bytes, 'large');
    expectStatus(answer, 201);
    id = String(answer.body['id']);
  });
  await report(`upload 4 x ${SIZE_MIB / 4} MiB at once`, SIZE_MIB, async () => {
    const parts = ['a', 'b', 'c', 'd'].map((seed) => upload(api.url, token, bytes / 4, seed));
    for (const answer of await Promise.all(parts)) expectStatus(answer, 201);
  });
  await report(`download ${SIZE_MIB} MiB`, SIZE_MIB, async () => {
    const received = await download(api.url, token, id);
    if (received !== bytes) throw new Error(`Only ${received} bytes arrived`);
  });
  await report('refuse twice the limit', SIZE_MIB, async () => {
    const answer = await upload(api.url, token, 2 * bytes, 'too large');
    expectStatus(answer, 413);
    const sent = answer.sentBefore / MIB;
    console.log(`413 after ${sent.toFixed(0)} of ${2 * SIZE_MIB} MiB`);
    ok &&= sent < 1.5 * SIZE_MIB;
  });
  return ok;
}

async function main(): Promise<void> {
  if (!existsSync(MAIN)) throw new Error('The product is not built: run npm run build first');
  await globalSetup();
  const database = await createTestDatabase();
  const api = await MeasuredApi.start(database.url);
  try {
    process.exitCode = (await measure(api)) ? 0 : 1;
  } finally {
    await api.stop();
    await database.drop();
    await globalTeardown();
  }
}

void main();
