import { drive, type Load } from '../drive.js';
import { type Finding } from '../finding.js';
import { type Harness, type Stage } from '../harness.js';
import { pinProcess } from '../layout.js';
import { cpuMicroseconds, familyCpuMicroseconds } from '../proc.js';
import { type ServerName, SERVERS } from '../scenario.js';
import { READ_ONE } from '../scenarios/reads.js';
import { type ServerProcess } from '../server-process.js';
import { median } from '../statistics.js';

/** The first process has served for minutes; before the comparison the code of the second must be equally well compiled. */
const WARM_UP_ROUNDS = 6;

interface Rate {
  readonly requestsPerSecond: number;
  readonly serverCpuUs: number;
  readonly databaseCpuUs: number;
  readonly generatorBusy: number;
}

/** The results of one process and of two. */
interface Compared {
  readonly one: readonly Rate[];
  readonly two: readonly Rate[];
}

/**
 * Reads with one process and with two on the same database: of the API, and of the floor, which shows the possible gain on
 * this machine. If generator, PostgreSQL and two servers share two cores, the cores are the limit; the processor time per
 * request then shows the gain if each server had a core of its own.
 */
export async function twoProcesses(
  harness: Harness,
  { dataset, servers, database }: Stage,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Finding[]> {
  const urls = { floor: servers.floor.url, api: servers.api.url };
  const prepared = await READ_ONE.prepare(dataset, urls);
  const second = {
    floor: await harness.startFloor(database, { pinned: false }),
    api: await harness.startApi(database, { pinned: false }),
  };
  const everywhere = harness.layout.all;
  for (const pid of [process.pid, servers.floor.pid, servers.api.pid, ...harness.cluster.processes()])
    pinProcess(everywhere, pid);
  const run = async (name: ServerName, processes: readonly ServerProcess[]): Promise<Rate> => {
    const load = (await prepared.load(name, seconds)) as Load;
    const [cpu0, database0, own0] = times(processes, harness.cluster.pid);
    const driven = await Promise.all(processes.map(({ url }) => drive(url, load)));
    const [cpu1, database1, own1] = times(processes, harness.cluster.pid);
    const requests = driven.reduce((sum, each) => sum + each.requests, 0);
    const took = Math.max(...driven.map((each) => each.seconds));
    return {
      requestsPerSecond: requests / took,
      serverCpuUs: (cpu1 - cpu0) / requests,
      databaseCpuUs: (database1 - database0) / requests,
      generatorBusy: (own1 - own0) / 1e6 / took,
    };
  };
  const compare = async (name: ServerName): Promise<Compared> => {
    const [one, two]: [Rate[], Rate[]] = [[], []];
    for (let round = 0; round < WARM_UP_ROUNDS; round++) await run(name, [second[name]]);
    await run(name, [servers[name], second[name]]);
    for (let round = 0; round < rounds; round++) {
      one.push(await run(name, [servers[name]]));
      two.push(await run(name, [servers[name], second[name]]));
    }
    return { one, two };
  };
  try {
    const compared = { floor: await compare('floor'), api: await compare('api') };
    return findings(compared, harness.layout.processors);
  } finally {
    for (const name of SERVERS) await second[name].stop();
    harness.pin();
    for (const name of SERVERS) pinProcess(harness.layout.server, servers[name].pid);
  }
}

function findings({ floor, api }: Readonly<Record<ServerName, Compared>>, processors: number): Finding[] {
  return [
    {
      what: 'two processes relative to one, by throughput',
      seen: measured(api),
      unit: '',
      wanted: processors >= 4 ? { least: 1.7 } : null,
      how: `${processors} cores for all programs; the load generator used ${middle(api.two, 'generatorBusy').toFixed(2)} of them; ${costs(api)}`,
    },
    {
      what: 'two processes of the floor relative to one, by throughput',
      seen: measured(floor),
      unit: '',
      wanted: null,
      how: `as above; ${costs(floor)}`,
    },
    {
      what: 'two processes relative to one, by CPU time',
      seen: alone(api),
      unit: '',
      wanted: { least: 1.7 },
      how: `projected to two cores for the servers alone; ${costs(api)}`,
    },
    {
      what: 'two processes of the floor relative to one, by CPU time',
      seen: alone(floor),
      unit: '',
      wanted: null,
      how: `as above; shows how much of the difference to 2 the shared cores cause; ${costs(floor)}`,
    },
  ];
}

function measured({ one, two }: Compared): number {
  return middle(two, 'requestsPerSecond') / middle(one, 'requestsPerSecond');
}

function alone({ one, two }: Compared): number {
  return (2 * middle(one, 'serverCpuUs')) / middle(two, 'serverCpuUs');
}

function costs({ one, two }: Compared): string {
  return `CPU per request: ${middle(one, 'serverCpuUs').toFixed(0)} µs with one server, ${middle(two, 'serverCpuUs').toFixed(0)} µs with two, PostgreSQL ${middle(two, 'databaseCpuUs').toFixed(0)} µs`;
}

function middle(rates: readonly Rate[], name: keyof Rate): number {
  return median(rates.map((rate) => rate[name]));
}

function times(processes: readonly ServerProcess[], databasePid: number): [number, number, number] {
  const servers = processes.reduce((sum, { pid }) => sum + cpuMicroseconds(pid), 0);
  return [servers, familyCpuMicroseconds(databasePid), cpuMicroseconds(process.pid)];
}
