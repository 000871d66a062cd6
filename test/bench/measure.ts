import { setTimeout as sleep } from 'node:timers/promises';
import { expectAlike } from './alike.js';
import { drive, type Driven, type Load } from './drive.js';
import { cpuMicroseconds, residentMib, familyCpuMicroseconds } from './proc.js';
import { type Prepared, type Run, type Scenario, type ServerName, SERVERS } from './scenario.js';
import { type Servers } from './harness.js';
import { type InTurn, inTurn, isWarm } from './in-turn.js';
import { type Effort, intervalsFor } from './intervals.js';
import { pace } from './pace.js';
import { median, percentile } from './statistics.js';
import { type Dataset } from './dataset.js';

/** The result of one server in one round. */
export interface Round {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Per request. */
  readonly serverCpuUs: number;
  /** Per request, all processes of PostgreSQL. */
  readonly databaseCpuUs: number;
  /** The busy share of one processor. */
  readonly serverBusy: number;
  readonly residentMib: number;
  readonly loopP99: number;
}

export interface Measured {
  readonly scenario: Scenario;
  readonly rounds: InTurn<Round>;
  /** The rounds before, which do not count; the first shows a server right after its first use of this code. */
  readonly warmUp: InTurn<Round>;
}

/** Milliseconds, as medians over the intervals of each server. */
export interface HalfLoad {
  readonly intervals: Effort;
  readonly p99: Readonly<Record<ServerName, number>>;
  readonly loopP99: Readonly<Record<ServerName, number>>;
  /** The longest time in any interval that its own work held the loop. */
  readonly held: Readonly<Record<ServerName, number>>;
}

const SETTLE_MS = 2000;

/** A prepared scenario whose responses were compared. */
export class Measurement {
  private constructor(
    private readonly scenario: Scenario,
    private readonly prepared: Prepared,
    private readonly servers: Servers,
    private readonly databasePid: number,
  ) {}

  /** Throws `WrongAnswersError` if the responses of the two servers differ. */
  static async prepare(
    scenario: Scenario,
    dataset: Dataset,
    servers: Servers,
    databasePid: number,
  ): Promise<Measurement> {
    const urls = { floor: servers.floor.url, api: servers.api.url };
    const prepared = await scenario.prepare(dataset, urls);
    await expectAlike(urls, prepared);
    return new Measurement(scenario, prepared, servers, databasePid);
  }

  /**
   * Measures both servers in turn, after warm-up rounds that do not count, at most as many as measured rounds. Throws
   * `WrongAnswersError` for a wrong response.
   */
  async rounds({ rounds, seconds }: Effort): Promise<Measured> {
    const act = async (name: ServerName): Promise<Round> => this.round(name, seconds);
    const warmUp = await inTurn(rounds, act, isWarm);
    return { scenario: this.scenario, warmUp, rounds: await inTurn(rounds, act) };
  }

  /**
   * Measures both servers in turn at half of their own maximum rate: the 99th percentile of the response time and the delay of
   * the event loop. Uses many short intervals, since a disturbance spoils some of them. Throws `WrongAnswersError`.
   */
  async atHalfLoad({ rounds: saturating }: Measured, effort: Effort): Promise<HalfLoad> {
    const half = (name: ServerName): number =>
      median(saturating[name].map((one) => one.requestsPerSecond)) / 2;
    const intervals = intervalsFor(Math.min(...SERVERS.map(half)), effort);
    const seen: Record<ServerName, { p99: number[]; loop: number[]; held: number[] }> = {
      floor: { p99: [], loop: [], held: [] },
      api: { p99: [], loop: [], held: [] },
    };
    for (let interval = 0; interval < intervals.rounds; interval++) {
      for (const name of SERVERS) {
        const server = this.servers[name];
        const load = await this.prepared.load(name, intervals.seconds);
        if (typeof load === 'function') throw new Error(`${this.scenario.name} has no requests to pace`);
        await server.loopDelay();
        const { latencies } = await pace(server.url, load, half(name));
        seen[name].p99.push(percentile(latencies, 0.99));
        const { p99, held } = await server.loopDelay();
        seen[name].loop.push(p99);
        seen[name].held.push(held);
      }
    }
    return {
      intervals,
      p99: { floor: median(seen.floor.p99), api: median(seen.api.p99) },
      loopP99: { floor: median(seen.floor.loop), api: median(seen.api.loop) },
      held: { floor: Math.max(...seen.floor.held), api: Math.max(...seen.api.held) },
    };
  }

  /** Loads the API during a CPU profile and returns the number of profiled requests. */
  async profiled(seconds: number, file: string): Promise<number> {
    await this.servers.api.beginProfile();
    // The start of the profiler delays the event loop, so that the API would refuse requests with 503.
    await sleep(SETTLE_MS);
    const { requests } = await this.drive('api', seconds);
    await this.servers.api.endProfile(file);
    return requests;
  }

  async finish(): Promise<void> {
    await this.prepared.finish?.();
  }

  private async round(name: ServerName, seconds: number): Promise<Round> {
    const server = this.servers[name];
    const load = await this.prepared.load(name, seconds);
    await server.loopDelay();
    const [server0, database0] = [cpuMicroseconds(server.pid), familyCpuMicroseconds(this.databasePid)];
    const { requests, seconds: took, latencies } = await perform(load, server.url);
    const [server1, database1] = [cpuMicroseconds(server.pid), familyCpuMicroseconds(this.databasePid)];
    return {
      requests,
      requestsPerSecond: requests / took,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      serverCpuUs: (server1 - server0) / requests,
      databaseCpuUs: (database1 - database0) / requests,
      serverBusy: (server1 - server0) / 1e6 / took,
      residentMib: residentMib(server.pid),
      loopP99: (await server.loopDelay()).p99,
    };
  }

  private async drive(name: ServerName, seconds: number): Promise<Driven> {
    return perform(await this.prepared.load(name, seconds), this.servers[name].url);
  }
}

async function perform(load: Load | Run, url: string): Promise<Driven> {
  return typeof load === 'function' ? load(url) : drive(url, load);
}
