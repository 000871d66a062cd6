import { randomBytes, randomUUID } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { v7 } from 'uuid';
import { storeProblems, wrongBlobs } from './blobs.js';
import { inconsistencies } from './consistency.js';
import { wrongDownloads } from './downloads.js';
import { Load, type LoadClient } from './load.js';
import { people, Person } from './people.js';
import { Stack, type StackOptions } from './stack.js';
import { Workload } from './workload.js';

/** Fewer rounds and shorter faults, for every push. */
export const QUICK = process.env['FAULTS_QUICK'] === '1';

/**
 * Remains of an upload are swept half a minute after its idle timeout. A short timeout makes this ten seconds shorter than
 * the product's default, for experiments that do not last long themselves.
 */
export const SWEPT_SOON = { UPLOAD_IDLE_TIMEOUT_MS: '5000' } as const;

const HEALTHY_MS = 10_000;
const SWEPT_MS = 60_000;
const SHOWN = 15;
/** The time that the clients of an experiment have to stop. */
const STOP_TIMEOUT_MS = 10_000;

/** A stack with the users and the workload that most experiments need. */
export class FaultHarness {
  readonly workload: Workload;
  private readonly loads: Load[] = [];

  private constructor(
    readonly name: string,
    readonly stack: Stack,
    readonly manager: Person,
    readonly owner: Person,
    readonly reviewer: Person,
  ) {
    this.workload = new Workload(stack.client);
  }

  static async open(name: string, options: StackOptions = {}): Promise<FaultHarness> {
    const stack = await Stack.start(name.toLowerCase(), options);
    try {
      const manager = await firstManager(stack);
      const [owner, reviewer] = await people(stack.client, manager, ['user', 'admin']);
      if (!owner || !reviewer) throw new Error('The accounts were not created');
      return new FaultHarness(name, stack, manager, owner, reviewer);
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  /** Clients that work until the load is stopped, at the latest when the harness is closed. */
  load(clients: readonly LoadClient[]): Load {
    const load = new Load(clients);
    this.loads.push(load);
    return load;
  }

  /** Stops everything that works for the experiment, also what a failed experiment did not stop. */
  async close(): Promise<void> {
    this.stack.client.close();
    await Promise.all(this.loads.map((load) => load.abandon(STOP_TIMEOUT_MS)));
    await this.stack.close();
  }

  /** Adds a line to the summary that is printed at the end. */
  report(line: string): void {
    process.stderr.write(`    ${this.name}: ${line}\n`);
  }

  /**
   * The requirements of every experiment after its fault has ended, as a list of violations: the service is healthy within ten
   * seconds; nothing acknowledged is missing or changed; no effect happened twice; every error was a documented problem; and
   * within a minute the store holds exactly the blobs that rows refer to.
   */
  async problems(): Promise<string[]> {
    const { stack, workload } = this;
    await Promise.all(stack.apis.map((api) => api.ready(HEALTHY_MS)));
    const faultEnded = performance.now();
    const wrong = [
      ...(await inconsistencies(stack.postgres, workload)),
      ...(await wrongDownloads(workload, this.reviewer)),
    ];
    let store = await storeProblems(stack);
    while (store.length > 0 && performance.now() - faultEnded < SWEPT_MS) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      store = await storeProblems(stack);
    }
    const swept = Math.round((performance.now() - faultEnded) / 1000);
    this.report(
      `${workload.uploads.length} uploads and ${workload.decisions.length} decisions acknowledged, store clean after ${swept} s; ${stack.client.summary()}`,
    );
    wrong.push(...(await wrongBlobs(stack)));
    const all = [...stack.client.violations, ...wrong, ...store];
    return all.length > 0 ? [...all.slice(0, SHOWN), ...this.errorsLogged()] : [];
  }

  /** The errors that the API logged; they may explain a violation. */
  private errorsLogged(): string[] {
    const lines = this.stack.apis.flatMap((api) => api.running.log(Infinity).split('\n'));
    return lines.filter((line) => /"level":"(error|fatal)"/.test(line)).slice(0, 3);
  }
}

/** The account that creates the others. It is inserted by hand: until then there is no account to create it. */
async function firstManager(stack: Stack): Promise<Person> {
  const now = Date.now();
  const [id, email, password] = [randomUUID(), 'first@fault.example', randomBytes(18).toString('base64url')];
  await stack.postgres.rows(
    `WITH made AS (
       INSERT INTO users.users (id, email, display_name, roles, status, created_at, updated_at)
       VALUES ($1, $2, 'First', '{user_manager}', 'active', now(), now()))
     INSERT INTO audit.entries
       (id, occurred_at, action, outcome, actor_type, actor_roles, target_type, target_id, changes)
     VALUES ($3, $4, 'user.created', 'succeeded', 'operator', '{}', 'user', $1::uuid::text,
       '{"before": {}, "after": {"roles": ["user_manager"], "status": "active"}}')`,
    [id, email, v7({ msecs: now }), new Date(now)],
  );
  await stack.postgres.rows(
    `INSERT INTO auth.credentials (user_id, password_hash, changed_at) VALUES ($1, $2, now())`,
    [id, await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })],
  );
  return new Person(id, email, password, stack.client).signIn();
}
