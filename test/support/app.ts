import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject } from '@nestjs/swagger';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { type Configuration, loadConfiguration } from '#libs/config';
import { Actor, AuditedExecution, Clock, newId, type Role, ROLES } from '#libs/kernel';
import { ProcessLogger } from '#libs/observability';
import { UsersService } from '#libs/users';
import { configureApp } from '../../apps/api/src/app.configure.js';
import { AppModule } from '../../apps/api/src/app.module.js';
import { APPLICATION_OPTIONS, createHttpAdapter } from '../../apps/api/src/http/http-adapter.js';
import { describeApi } from '../../apps/api/src/openapi/describe-api.js';
import { ApiClient, type TestAccount } from './api-client.js';
import { ManualClock } from './manual-clock.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { ResponseContract } from './response-contract.js';

const PASSWORD = 'correct horse battery staple 9';

export interface ApiOptions {
  /** Variables besides the defaults of tests, as an operator would set them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Replaces providers: `(builder) => builder.overrideProvider(X).useValue(y)`. */
  readonly replace?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
  /** Without people nobody can sign in; for tests of what needs no account. */
  readonly people?: boolean;
}

/**
 * The real application on a database and a folder of its own, listening on a free port of the loopback:
 *
 *     const api = await startApi();
 *     await api.as('verifier').post(`/v1/documents/${id}/verify`).send({}).expect(200);
 *     await api.close();
 */
export class TestApi {
  private readonly people = new Map<Role, ApiClient>();

  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly configuration: Configuration,
    readonly database: TestDatabase,
    readonly clock: ManualClock,
    /** The contract that every answer is held to. */
    readonly document: OpenAPIObject,
    private readonly contract: ResponseContract,
    readonly dataDir: string,
  ) {}

  static async start({ environment = {}, replace, people = true }: ApiOptions): Promise<TestApi> {
    const database = await createTestDatabase();
    const dataDir = mkdtempSync(join(tmpdir(), 'veritrail-api-'));
    const configuration = loadConfiguration({
      ...testEnvironment(),
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      DATA_DIR: dataDir,
      ...environment,
    });
    const clock = new ManualClock();
    const builder = Test.createTestingModule({ imports: [AppModule.forProcess(configuration)] })
      .overrideProvider(Clock)
      .useValue(clock);
    const module = await (replace ? replace(builder) : builder).compile();
    const app = await configureApp(
      module.createNestApplication<NestFastifyApplication>(createHttpAdapter(configuration), {
        ...APPLICATION_OPTIONS,
        logger: ProcessLogger.create(configuration, 'test'),
      }),
    );
    await app.listen(0, '127.0.0.1');
    const document = describeApi(app, configuration.http);
    const contract = new ResponseContract(document);
    const url = await app.getUrl();
    const api = new TestApi(app, url, configuration, database, clock, document, contract, dataDir);
    try {
      if (people) await api.welcomeOneOfEachRole();
      return api;
    } catch (error) {
      await api.close();
      throw error;
    }
  }

  /** Nobody in particular: no access token. */
  get anonymous(): ApiClient {
    return new ApiClient(this.url, this.contract);
  }

  /** The one account of this role that every test of the file shares. */
  as(role: Role): ApiClient {
    const client = this.people.get(role);
    if (!client) throw new Error('This application was started without people');
    return client;
  }

  /** A new account, made as an operator makes one. It has never signed in. */
  async createAccount(roles: readonly Role[], password = PASSWORD): Promise<TestAccount> {
    // What stands before the @ has at most 64 characters (RFC 5321, section 4.5.3.1.1).
    const email = `${roles.join('-').slice(0, 24)}-${newId()}@example.com`;
    const users = this.app.get(UsersService, { strict: false });
    const user = await this.app
      .get(AuditedExecution, { strict: false })
      .run('user.created', Actor.operator(), () =>
        users.create({ email, displayName: `Test ${roles.join(' ')}`, roles, password }),
      );
    return { id: user.id, email, password, roles };
  }

  /** A fresh session of the account. */
  async signIn(account: TestAccount): Promise<ApiClient> {
    const { email, password } = account;
    const { body } = await this.anonymous.post('/v1/auth/login').send({ email, password }).expect(200);
    return new ApiClient(this.url, this.contract, account, (body as { accessToken: string }).accessToken);
  }

  /** A new account, signed in. */
  async newcomer(roles: readonly Role[]): Promise<ApiClient> {
    return this.signIn(await this.createAccount(roles));
  }

  private async welcomeOneOfEachRole(): Promise<void> {
    await Promise.all(ROLES.map(async (role) => this.people.set(role, await this.newcomer([role]))));
  }

  /** Stops everything and removes the database and the folder. */
  async close(): Promise<void> {
    await this.app.close();
    await this.database.drop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export function startApi(options: ApiOptions = {}): Promise<TestApi> {
  return TestApi.start(options);
}

/** What tests set: quiet, and with limits that only the tests of limits reach. */
export function testEnvironment(): Record<string, string> {
  return {
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    JWT_PRIVATE_KEY: newSigningKey(),
    RATE_LIMIT_PER_MINUTE: '0',
    LOGIN_RATE_LIMIT_PER_MINUTE: '1000000',
    MIN_FREE_BYTES: '0',
    // Loading modules between two requests holds the loop up: that is jest, not load.
    MAX_EVENT_LOOP_DELAY_MS: '0',
    DATABASE_POOL_SIZE: '5',
    // A machine that runs every test at once is slow without being broken.
    DATABASE_CONNECT_TIMEOUT_MS: '10000',
  };
}

/** A new P-256 key in PKCS #8 PEM. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
