import { expectAlike } from './alike.js';
import { drive } from './drive.js';
import { cpuMicroseconds, residentMib, treeCpuMicroseconds } from './proc.js';
import { type Scenario, type ServerName } from './scenario.js';
import { type ServerProcess } from './server-process.js';
import { percentile } from './statistics.js';
import { type World } from './world.js';

export type Servers = Readonly<Record<ServerName, ServerProcess>>;

/** What one server did in one round. */
export interface Round {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Per request. */
  readonly serverCpuUs: number;
  /** Per request, all processes of PostgreSQL. */
  readonly databaseCpuUs: number;
  /** Of one processor. */
  readonly serverBusy: number;
  readonly residentMib: number;
  readonly loopP99: number;
}

export interface Measured {
  readonly scenario: Scenario;
  readonly rounds: Readonly<Record<ServerName, readonly Round[]>>;
}

export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

const ORDER: readonly ServerName[] = ['floor', 'api'];

/**
 * Runs a scenario on both servers in turn, after one round each that does not count. Throws `WrongAnswersError` when either
 * answers anything but what it should.
 */
export async function measure(
  scenario: Scenario,
  world: World,
  servers: Servers,
  databasePid: number,
  { rounds, seconds }: Effort,
): Promise<Measured> {
  const urls = { floor: servers.floor.url, api: servers.api.url };
  const prepared = await scenario.prepare(world, urls);
  await expectAlike(urls, prepared);
  const measured: Record<ServerName, Round[]> = { floor: [], api: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const name of ORDER) {
      const server = servers[name];
      const load = await prepared.load(name, round === 0 ? Math.min(seconds, 2) : seconds);
      await server.loopDelay();
      const [server0, database0] = [cpuMicroseconds(server.pid), treeCpuMicroseconds(databasePid)];
      const { requests, seconds: took, latencies } = await drive(server.url, load);
      const [server1, database1] = [cpuMicroseconds(server.pid), treeCpuMicroseconds(databasePid)];
      if (round === 0) continue;
      measured[name].push({
        requestsPerSecond: requests / took,
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
        serverCpuUs: (server1 - server0) / requests,
        databaseCpuUs: (database1 - database0) / requests,
        serverBusy: (server1 - server0) / 1e6 / took,
        residentMib: residentMib(server.pid),
        loopP99: (await server.loopDelay()).p99,
      });
    }
  }
  return { scenario, rounds: measured };
}
