import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { WrongAnswersError } from './drive.js';
import { growth } from './experiments/growth.js';
import { poolSizes } from './experiments/pool-sizes.js';
import { sealing } from './experiments/sealing.js';
import { startUp } from './experiments/start-up.js';
import { twoProcesses } from './experiments/two-processes.js';
import { type Finding } from './finding.js';
import { API_MAIN, Harness, type Stage } from './harness.js';
import { type HalfLoad, type Measured, Measurement } from './measure.js';
import { type BenchOptions } from './options.js';
import { loadAverage, peakResidentMib } from './proc.js';
import { byFunction, byLayer, readProfile } from './profile.js';
import { type Report } from './report.js';
import { type Scenario } from './scenario.js';
import { MIXED_LOAD } from './scenarios/mixed.js';
import { SCENARIOS } from './scenarios/index.js';
import { figure, profileTable } from './table.js';

/** Longer would not be more precise: these are medians of thousands of requests, or of starts. */
const EXPERIMENT_SECONDS = 1;

/** One run of the benchmark, from an empty machine to a report. */
export class BenchRun {
  private readonly results: Measured[] = [];
  private readonly findings: Finding[] = [];
  private readonly failures: string[] = [];
  private readonly profiles: string[] = [];
  private harness: Harness | null = null;

  constructor(
    private readonly options: BenchOptions,
    private readonly say: (line: string) => void,
  ) {}

  /** A scenario with wrong responses has no result; the others are still measured. */
  async run(): Promise<Report> {
    if (!existsSync(API_MAIN)) throw new Error('The product is not built: start this with npm run bench');
    const [began, loadBefore] = [performance.now(), loadAverage()];
    const harness = (this.harness = await Harness.open(this.options.cache, this.say));
    this.say(`${harness.layout.description}; load average ${loadBefore}`);
    try {
      const stage = await harness.stage(this.options.documents);
      for (const scenario of SCENARIOS.filter(({ name }) => this.options.scenarios.includes(name))) {
        await this.attempt(scenario.title, async () =>
          this.measure(harness, await harness.stage(scenario.documents ?? this.options.documents), scenario),
        );
      }
      this.findings.push(memoryUnderLoad(stage));
      if (this.options.complete) await this.experiments(harness, stage);
      // Last, because a profiler increases memory use.
      for (const { scenario } of this.results.filter((one) => this.options.profile || misses(one))) {
        await this.attempt(`profile: ${scenario.title}`, () => this.profile(harness, scenario));
      }
    } finally {
      await harness.close();
    }
    const { options, results, findings, failures, profiles } = this;
    const { layout, cluster } = harness;
    const minutes = (performance.now() - began) / 60_000;
    return {
      options,
      layout,
      postgres: cluster.version,
      loadBefore,
      minutes,
      results,
      findings,
      failures,
      profiles,
    };
  }

  /** For an interrupt: ends everything that was started, including PostgreSQL, and removes its files. */
  async abandon(): Promise<void> {
    await this.harness?.close();
  }

  private async measure(harness: Harness, { dataset, servers }: Stage, scenario: Scenario): Promise<void> {
    const measurement = await Measurement.prepare(scenario, dataset, servers, harness.cluster.pid);
    try {
      const measured = await measurement.rounds(this.options);
      this.results.push(measured);
      if (scenario.halfLoad) {
        this.findings.push(
          ...halfLoadFindings(scenario, await measurement.atHalfLoad(measured, this.options)),
        );
      }
    } finally {
      await measurement.finish();
    }
  }

  private async experiments(harness: Harness, stage: Stage): Promise<void> {
    const effort = { rounds: this.options.rounds, seconds: EXPERIMENT_SECONDS };
    const kinds: ReadonlyArray<readonly [string, () => Promise<Finding[]>]> = [
      ['start-up and idle memory', () => startUp(harness, stage.database)],
      ['sealing', () => sealing(harness, effort)],
      ['two processes', () => twoProcesses(harness, stage, effort)],
      ['sizes of the pool', () => poolSizes(harness, stage, effort)],
      ['growth', () => growth(harness, stage, this.options.growth, effort)],
    ];
    for (const [title, experiment] of kinds) {
      await this.attempt(title, async () => void this.findings.push(...(await experiment())));
    }
  }

  private async attempt(title: string, work: () => Promise<void>): Promise<void> {
    this.say(title);
    try {
      await work();
    } catch (error) {
      // An unexpected error needs its stack; the message of a wrong response is sufficient.
      const message = error instanceof WrongAnswersError ? error.message : String(error);
      this.say(`${title}: NO RESULT: ${error instanceof WrongAnswersError ? message : inspect(error)}`);
      // The addresses of this run have no meaning for a reader.
      this.failures.push(`${title}: ${message.replace(/https?:\/\/[\d.:]+/g, 'the server')}`);
    }
  }

  private async profile(harness: Harness, scenario: Scenario): Promise<void> {
    const folder = join(this.options.cache, 'profiles');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${scenario.name}.cpuprofile`);
    const { dataset, servers } = await harness.stage(scenario.documents ?? this.options.documents);
    const measurement = await Measurement.prepare(scenario, dataset, servers, harness.cluster.pid);
    try {
      const requests = await measurement.profiled(this.options.seconds, file);
      const profile = readProfile(file);
      this.profiles.push(profileTable(scenario.name, requests, byLayer(profile), byFunction(profile)));
    } finally {
      await measurement.finish();
    }
  }
}

function misses({ scenario: { target }, rounds: { floor, api } }: Measured): boolean {
  const rate = 'requestsPerSecond';
  return target !== null && figure(api, rate) / figure(floor, rate) < target;
}

function memoryUnderLoad({ servers }: Stage): Finding {
  return {
    what: 'peak resident memory over all scenarios',
    seen: peakResidentMib(servers.api.pid),
    unit: 'MiB',
    wanted: { most: 350 },
    how: 'VmHWM of the API after the last scenario',
  };
}

function halfLoadFindings(scenario: Scenario, { intervals, p99, loopP99, held }: HalfLoad): Finding[] {
  const medians = `medians of ${intervals.rounds} alternating intervals of ${intervals.seconds} s`;
  const latency: Finding = {
    what: `p99 at half load, API/floor: ${scenario.title}`,
    seen: p99.api / p99.floor,
    unit: '',
    wanted: { most: 3 },
    how: `${p99.floor.toFixed(1)} ms and ${p99.api.toFixed(1)} ms, each at half of its own maximum rate; ${medians}`,
  };
  const loop: Finding = {
    what: 'event loop delay, p99, mixed load',
    seen: loopP99.api,
    unit: 'ms',
    wanted: { most: 20 },
    how: `at half load; floor ${loopP99.floor.toFixed(1)} ms; ${medians}`,
  };
  const longest: Finding = {
    what: 'longest event loop block by own work, mixed load',
    seen: held.api,
    unit: 'ms',
    wanted: null,
    how: `without time spent waiting for a core; floor ${held.floor.toFixed(1)} ms`,
  };
  return scenario === MIXED_LOAD ? [latency, loop, longest] : [latency];
}
