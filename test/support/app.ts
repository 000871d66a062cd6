import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject } from '@nestjs/swagger';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { PasswordHashCost } from '#libs/auth';
import { type Configuration, loadConfiguration } from '#libs/config';
import { PRODUCT } from '#libs/modules';
import { Clock, type Role } from '#libs/kernel';
import { ProcessLogger } from '#libs/observability';
import { configureApp } from '../../apps/api/src/app.configure.js';
import { AppModule } from '../../apps/api/src/app.module.js';
import { APPLICATION_OPTIONS, createHttpAdapter } from '../../apps/api/src/http/http-adapter.js';
import { ApiClient, type TestAccount } from './api-client.js';
import { ManualClock } from './manual-clock.js';
import { CHEAP_HASHES, createAccount, createDatabaseWithPeople } from './people.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { ResponseContract } from './response-contract.js';
import { servedContract } from './served-contract.js';
import { testEnvironment } from './test-environment.js';

export { newSigningKey, testEnvironment } from './test-environment.js';

export interface ApiOptions {
  /** Variables besides the defaults of tests, as an operator would set them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Replaces providers: `(builder) => builder.overrideProvider(X).useValue(y)`. */
  readonly replace?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
  /** Whether the database has one signed-in account of each role. */
  readonly people?: boolean;
  /** Hashes passwords with the parameters of production, for tests that depend on them. */
  readonly fullCostHashes?: boolean;
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
    /** The contract against which every response is validated. */
    readonly document: OpenAPIObject,
    private readonly contract: ResponseContract,
    readonly dataDir: string,
  ) {}

  static async start({
    environment = {},
    replace = (builder) => builder,
    people: withPeople = true,
    fullCostHashes = false,
  }: ApiOptions): Promise<TestApi> {
    const { database, people } = withPeople
      ? await createDatabaseWithPeople()
      : { database: await createTestDatabase(), people: [] };
    const dataDir = mkdtempSync(join(tmpdir(), 'veritrail-api-'));
    const configuration = loadConfiguration(PRODUCT.sections, {
      ...testEnvironment(),
      DATABASE_URL: database.url,
      WORKER_DATABASE_URL: database.workerUrl,
      MIGRATION_DATABASE_URL: database.ownerUrl,
      DATA_DIR: dataDir,
      ...environment,
    });
    const clock = new ManualClock();
    const builder = Test.createTestingModule({ imports: [AppModule.forProcess(configuration)] })
      .overrideProvider(Clock)
      .useValue(clock);
    if (!fullCostHashes) builder.overrideProvider(PasswordHashCost).useValue(CHEAP_HASHES);
    const module = await replace(builder).compile();
    const app = await configureApp(
      module.createNestApplication<NestFastifyApplication>(createHttpAdapter(configuration), {
        ...APPLICATION_OPTIONS,
        logger: ProcessLogger.create(configuration, 'test'),
      }),
    );
    await app.listen(0, '127.0.0.1');
    const document = await servedContract(app, configuration.http);
    const contract = new ResponseContract(document, { validated: true });
    const url = await app.getUrl();
    const api = new TestApi(app, url, configuration, database, clock, document, contract, dataDir);
    try {
      await api.welcome(people);
      return api;
    } catch (error) {
      await api.close();
      throw error;
    }
  }

  /** A client without an access token. */
  get anonymous(): ApiClient {
    return new ApiClient(this.url, this.contract);
  }

  /** The account of this role that all tests of the file share. */
  as(role: Role): ApiClient {
    const client = this.people.get(role);
    if (!client) throw new Error('This application was started without people');
    return client;
  }

  /** A new account, created as an operator creates one. It has not signed in. */
  async createAccount(roles: readonly Role[], password?: string): Promise<TestAccount> {
    return createAccount(this.app, roles, password);
  }

  /** Signs in with a new session of the account. */
  async signIn(account: TestAccount): Promise<ApiClient> {
    const { email, password } = account;
    const { body } = await this.anonymous.post('/v1/auth/login').send({ email, password }).expect(200);
    return new ApiClient(this.url, this.contract, account, (body as { accessToken: string }).accessToken);
  }

  /** A new account, signed in. */
  async newcomer(roles: readonly Role[]): Promise<ApiClient> {
    return this.signIn(await this.createAccount(roles));
  }

  private async welcome(people: readonly TestAccount[]): Promise<void> {
    await Promise.all(
      people.map(async (account) => {
        for (const role of account.roles) this.people.set(role, await this.signIn(account));
      }),
    );
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
