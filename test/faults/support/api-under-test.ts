import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './http-call.js';
import { ManagedProcess } from './managed-process.js';
import { type Sandbox } from './sandbox.js';

/** The folder of the built product, or of a copy with a planted defect. */
export const PRODUCT = process.env['FAULTS_PRODUCT'] ?? join(__dirname, '../../..');
const START_MS = 30_000;

/** The built API in production mode, on the same port for every start. */
export class ApiUnderTest {
  private process: ManagedProcess | null = null;

  private constructor(
    private readonly sandbox: Sandbox,
    readonly name: string,
    readonly port: number,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Creates it without starting it. */
  static async create(
    sandbox: Sandbox,
    name: string,
    env: Readonly<Record<string, string>>,
  ): Promise<ApiUnderTest> {
    return new ApiUnderTest(sandbox, name, await freePort(), env);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get running(): ManagedProcess {
    if (!this.process) throw new Error(`${this.name} was not started`);
    return this.process;
  }

  launch(): ManagedProcess {
    const env = { ...this.env, HOST: '127.0.0.1', PORT: String(this.port) };
    const main = join(PRODUCT, 'dist/apps/api/src/main.js');
    this.process = ManagedProcess.start(this.sandbox, this.name, ['--enable-source-maps', main], env);
    return this.process;
  }

  /** Launches it and waits until it is ready. */
  async start(): Promise<ManagedProcess> {
    const launched = this.launch();
    await this.ready(START_MS);
    return launched;
  }

  /** The milliseconds until `/health/ready` gives 200. Throws if it takes too long or the process has ended. */
  async ready(withinMs: number): Promise<number> {
    const begun = performance.now();
    for (;;) {
      const { status } = await this.health('ready');
      const took = performance.now() - begun;
      if (status === 200) return took;
      if (!this.running.running) throw new Error(`${this.name} ended while starting:\n${this.running.log()}`);
      if (took > withinMs) {
        throw new Error(`${this.name} is not ready after ${withinMs} ms (${status}):\n${this.running.log()}`);
      }
      await sleep(25);
    }
  }

  health(probe: 'live' | 'ready' | 'startup') {
    return call({ method: 'GET', url: `${this.url}/health/${probe}`, timeoutMs: 10_000 });
  }
}

/** A port that is not in use now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
