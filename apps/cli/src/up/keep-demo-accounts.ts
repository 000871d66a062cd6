import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Environment } from '#libs/config';
import { FileLock } from '#libs/file-lock';
import { DEMO_ACCOUNTS } from '../accounts/demo-accounts.js';
import { type DemoPassword, DemoPasswordFile } from '../accounts/demo-password.js';
import { makeDataDirectory } from '../data-directory.js';
import { OperatorError } from '../operator-error.js';
import { say, step } from './step.js';
import { type UpPlan } from './up-plan.js';

const LOCK_TIMEOUT_MS = 120_000;
const DURATION = { usualSeconds: 3, slow: 'It loads the whole application first.' };

/**
 * Makes sure that the demo accounts exist with the wanted password: always with the embedded database, with another
 * database only when DEMO_PASSWORD is set, never in production. Two simultaneous first starts get the same password.
 */
export async function keepDemoAccounts(
  plan: UpPlan,
  environment: Environment,
): Promise<DemoPassword | undefined> {
  if (plan.production || (!plan.embedded && plan.demoPassword === undefined)) return undefined;
  const file = new DemoPasswordFile(makeDataDirectory(plan.dataDir));
  const lock = await FileLock.acquire(join(plan.dataDir, 'demo-accounts.lock'), LOCK_TIMEOUT_MS);
  if (lock === undefined)
    throw new OperatorError(
      'Another start has been creating the demo accounts for two minutes. Stop it, then start again.',
    );
  try {
    const wanted = file.wanted(plan.demoPassword);
    if (!wanted.inEffect || !plan.embedded) {
      if (!wanted.generated) await refuseSimplePasswordInTheOpen(wanted.value, plan.host);
      await step('Create the demo accounts', DURATION, () =>
        makeAccounts(wanted.value, !wanted.inEffect, environment),
      );
      file.keep(wanted.value);
    }
    return { path: file.path, shown: wanted.generated ? wanted.value : undefined };
  } finally {
    lock.release();
  }
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** A simple password is accepted only while no other machine can reach the server. */
async function refuseSimplePasswordInTheOpen(password: string, host: string): Promise<void> {
  const { AccountOperations } = await import('../accounts/account-operations.js');
  const simple = await Promise.all(
    DEMO_ACCOUNTS.map((person) => AccountOperations.isSimple(password, person)),
  );
  if (!simple.includes(true)) return;
  if (!LOOPBACK.test(host)) {
    throw new OperatorError(
      `DEMO_PASSWORD is easy to guess and HOST ${host} lets others reach it: choose at least 15 characters`,
    );
  }
  say('DEMO_PASSWORD is easy to guess: it is accepted because only this machine can reach the server');
}

/** In a process of its own: it loads the whole application, which would otherwise stay in memory. */
async function makeAccounts(password: string, reset: boolean, environment: Environment): Promise<void> {
  const args = ['demo-accounts', ...(reset ? ['--reset'] : [])];
  const child = fork(process.argv[1] ?? '', args, { env: { ...environment, DEMO_PASSWORD: password } });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  if (exitCode !== 0)
    throw new OperatorError(
      'The demo accounts could not be created, see the message above. Start again to retry.',
    );
}
