import { Agent, request } from 'node:http';
import { newId } from '#libs/kernel';
import { startApi, type TestApi } from '../support/app.js';
import globalSetup from '../support/global-setup.mjs';
import globalTeardown from '../support/global-teardown.mjs';
import { isIndistinguishable, LIMITS, median, separationOf } from './separation.js';

/*
 * Whether response times reveal which accounts exist: 600 interleaved samples of each kind of refused login, and of
 * registering a known and a new address, compared with the first kind of its group.
 *
 *   node --conditions=veritrail-source --import ./test/support/typescript-hooks.mjs test/bench/login-timing.ts [samples]
 */

// For two equal kinds, the AUC of 600 samples is outside the limits once in 370 runs; of 300 samples, once in 30.
const SAMPLES = Number(process.argv[2] ?? 600);
const WARM_UP = 20;
const PASSWORD = 'seven slow herons wade at dusk';

interface Kind {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  readonly body: () => Record<string, string>;
}

async function kindsOf(api: TestApi): Promise<Kind[][]> {
  const [known, suspended] = [await api.createAccount(['user']), await api.createAccount(['user'])];
  const manager = api.as('user_manager');
  await manager.post(`/v1/users/${suspended.id}/suspend`).send({ reason: 'measured' }).expect(200);
  const invited = { email: `invited-${newId()}@example.com`, displayName: 'Invited', roles: ['user'] };
  await manager.post('/v1/users').send(invited).expect(201);
  const login = (name: string, email: () => string, password: string): Kind => ({
    name,
    path: '/v1/auth/login',
    status: 401,
    body: () => ({ email: email(), password }),
  });
  const register = (name: string, email: () => string): Kind => ({
    name,
    path: '/v1/auth/register',
    status: 202,
    body: () => ({ email: email(), displayName: 'Measured', password: PASSWORD }),
  });
  return [
    [
      login('wrong password', () => known.email, PASSWORD),
      login('unknown address', () => `user-${newId()}@example.com`, PASSWORD),
      login('suspended, right password', () => suspended.email, suspended.password),
      login('account without a password', () => invited.email, PASSWORD),
    ],
    [
      register('register a new address', () => `new-${newId()}@example.com`),
      register('register a known address', () => known.email),
    ],
  ];
}

async function measure(url: string, agent: Agent, kind: Kind): Promise<number> {
  const body = JSON.stringify(kind.body());
  const started = performance.now();
  const status = await new Promise<number>((resolve, reject) => {
    const outgoing = request(`${url}${kind.path}`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    outgoing.end(body);
  });
  const elapsed = performance.now() - started;
  if (status !== kind.status) throw new Error(`${kind.name} answered ${status} instead of ${kind.status}`);
  return elapsed;
}

async function compare(api: TestApi, agent: Agent, kinds: readonly Kind[]): Promise<boolean> {
  const samples = kinds.map((): number[] => []);
  for (let round = -WARM_UP; round < SAMPLES; round += 1) {
    // Rotates the order each round, so that no kind always follows the same other.
    for (let turn = 0; turn < kinds.length; turn += 1) {
      const index = (turn + round + WARM_UP) % kinds.length;
      const kind = kinds[index];
      if (!kind) continue;
      const elapsed = await measure(api.url, agent, kind);
      if (round >= 0) samples[index]?.push(elapsed);
    }
  }
  const [base = []] = samples;
  let fine = true;
  kinds.forEach(({ name }, index) => {
    const separation = separationOf(base, samples[index] ?? []);
    const passes = index === 0 || isIndistinguishable(separation);
    fine &&= passes;
    const figures = [
      `median ${median(samples[index] ?? []).toFixed(2)} ms`,
      `difference ${(separation.medianDifference * 100).toFixed(2)} %`,
      `AUC ${separation.auc.toFixed(3)}`,
    ];
    console.log(`${passes ? 'ok  ' : 'FAIL'} ${name.padEnd(28)} ${figures.join(', ')}`);
  });
  return fine;
}

async function main(): Promise<void> {
  await globalSetup();
  const environment = { LOGIN_FREE_FAILURES: '1000', SELF_REGISTRATION: 'true' };
  const api = await startApi({ environment });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    console.log(`${SAMPLES} samples each; limits: ${JSON.stringify(LIMITS)}`);
    for (const kinds of await kindsOf(api)) {
      if (!(await compare(api, agent, kinds))) process.exitCode = 1;
    }
  } finally {
    agent.destroy();
    await api.close();
    await globalTeardown();
  }
}

void main();
