import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenAPIObject } from '@nestjs/swagger';
import { changeRowsWithoutAudit } from '../support/bypass-audit.js';
import globalSetup from '../support/global-setup.mjs';
import globalTeardown from '../support/global-teardown.mjs';
import { createTestDatabase } from '../support/postgres.js';
import { testEnvironment } from '../support/test-environment.js';
import { ServerProcess } from '../bench/server-process.js';
import { signInNewPerson } from '../bench/sign-in.js';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = [
  '--conditions=veritrail-source',
  '--import',
  join(ROOT, 'test/support/typescript-hooks.mjs'),
];
const PERSON = { email: 'bench@example.com', password: 'seven slow herons wade at dusk' };

/** The API in its own process, which measures how long its own work holds its event loop. */
export class SweptApi {
  private token = '';

  private constructor(
    private readonly server: ServerProcess,
    readonly contract: OpenAPIObject,
    private readonly stopAll: () => Promise<void>,
  ) {}

  static async start(variables: Readonly<Record<string, string>>): Promise<SweptApi> {
    await globalSetup();
    const database = await createTestDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'veritrail-sweep-'));
    const server = await ServerProcess.start({
      name: 'API',
      main: join(ROOT, 'apps/api/src/main.ts'),
      nodeOptions: SOURCES,
      environment: {
        ...testEnvironment(),
        DATABASE_URL: database.url,
        DATA_DIR: folder,
        SELF_REGISTRATION: 'true',
        ...variables,
      },
      processors: null,
      logFile: join(folder, 'api.log'),
      probed: true,
    });
    const contract = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenAPIObject;
    const api = new SweptApi(server, contract, async () => {
      await server.stop();
      await database.drop();
      await globalTeardown();
      rmSync(folder, { recursive: true, force: true });
    });
    const roles = '{user,verifier,admin,user_manager,auditor}';
    api.token = await signInNewPerson(server.url, () =>
      changeRowsWithoutAudit(database, `UPDATE users.users SET roles = '${roles}'`),
    );
    return api;
  }

  get authorization(): string {
    return `Bearer ${this.token}`;
  }

  /** The status of the response, for how many milliseconds at once the request held the event loop, and its processor time. */
  async send(path: string, init: RequestInit): Promise<{ status: number; held: number; used: number }> {
    await this.server.loopDelay();
    const response = await fetch(`${this.server.url}${path}`, { redirect: 'manual', ...init }).catch(
      () => null,
    );
    await response?.arrayBuffer().catch(() => undefined);
    const { held, used } = await this.server.loopDelay();
    return { status: response?.status ?? 0, held, used };
  }

  /** Some requests end the session of the sweep. */
  async signInAgain(): Promise<void> {
    const response = await fetch(`${this.server.url}/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(PERSON),
    });
    this.token = ((await response.json()) as { accessToken: string }).accessToken;
  }

  stop(): Promise<void> {
    return this.stopAll();
  }
}
