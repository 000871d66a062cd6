import { type INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { PasswordHashCost } from '#libs/auth';
import { loadConfiguration } from '#libs/config';
import { Actor, AuditedExecution, newId, type Role, ROLES } from '#libs/kernel';
import { UsersService } from '#libs/users';
import { AccountsModule } from '../../apps/cli/src/accounts/accounts.module.js';
import { type TestAccount } from './api-client.js';
import { oncePerRun } from './once-per-run.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { testEnvironment } from './test-environment.js';

const PASSWORD = 'correct horse battery staple 9';

/** The smallest cost that argon2id allows. Replaces a provider: no setting of an operator has this effect. */
export const CHEAP_HASHES: PasswordHashCost = { memoryCost: 8, timeCost: 1, parallelism: 1 };

interface Populated {
  readonly database: Pick<TestDatabase, 'name'>;
  readonly people: readonly TestAccount[];
}

/** A database with one account of each role, cloned from one that is created once per run. */
export async function createDatabaseWithPeople(): Promise<{
  readonly database: TestDatabase;
  readonly people: readonly TestAccount[];
}> {
  const { database, people } = await oncePerRun('people', populate);
  return { database: await createTestDatabase({ copyOf: database }), people };
}

/** Creates an account as an operator does. It has not signed in. */
export async function createAccount(
  context: INestApplicationContext,
  roles: readonly Role[],
  password = PASSWORD,
): Promise<TestAccount> {
  // The local part of an address has at most 64 characters (RFC 5321, section 4.5.3.1.1).
  const email = `${roles.join('-').slice(0, 24)}-${newId()}@example.com`;
  const users = context.get(UsersService, { strict: false });
  const user = await context
    .get(AuditedExecution, { strict: false })
    .run('user.created', Actor.operator(), () =>
      users.create({ email, displayName: `Test ${roles.join(' ')}`, roles, password }),
    );
  return { id: user.id, email, password, roles };
}

/** Uses the services and the module of the operator's commands. */
async function populate(): Promise<Populated> {
  const database = await createTestDatabase();
  const configuration = loadConfiguration({ ...testEnvironment(), DATABASE_URL: database.url });
  const module = await Test.createTestingModule({ imports: [AccountsModule.forProcess(configuration)] })
    .overrideProvider(PasswordHashCost)
    .useValue(CHEAP_HASHES)
    .compile();
  try {
    await module.init();
    const people: TestAccount[] = [];
    for (const role of ROLES) people.push(await createAccount(module, [role]));
    return { database: { name: database.name }, people };
  } finally {
    await module.close();
  }
}
