import { drive, type Load } from '../drive.js';
import { type Finding } from '../finding.js';
import { type Harness, type Stage } from '../harness.js';
import { pinProcess } from '../layout.js';
import { cpuMicroseconds, familyCpuMicroseconds } from '../proc.js';
import { READ_ONE } from '../scenarios/reads.js';
import { type ServerProcess } from '../server-process.js';
import { median } from '../statistics.js';

interface Rate {
  readonly requestsPerSecond: number;
  readonly serverCpuUs: number;
  readonly databaseCpuUs: number;
  readonly generatorBusy: number;
}

/**
 * One process and two on the same database, reading. Where generator, PostgreSQL and two servers share two cores, what is
 * measured is the end of the cores: so the processor time per request is told too, which says what two processes would
 * give if each had a core of its own, the others elsewhere.
 */
export async function twoProcesses(
  harness: Harness,
  { world, servers, database }: Stage,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Finding[]> {
  const urls = { floor: servers.floor.url, api: servers.api.url };
  const prepared = await READ_ONE.prepare(world, urls);
  const second = await harness.startApi(database, { pinned: false });
  const everywhere = harness.layout.all;
  for (const pid of [process.pid, servers.api.pid, ...harness.cluster.processes()])
    pinProcess(everywhere, pid);
  const run = async (apis: readonly ServerProcess[]): Promise<Rate> => {
    const load = (await prepared.load('api', seconds)) as Load;
    const [cpu0, database0, own0] = times(apis, harness.cluster.pid);
    const driven = await Promise.all(apis.map((api) => drive(api.url, load)));
    const [cpu1, database1, own1] = times(apis, harness.cluster.pid);
    const requests = driven.reduce((sum, one) => sum + one.requests, 0);
    const took = Math.max(...driven.map((one) => one.seconds));
    return {
      requestsPerSecond: requests / took,
      serverCpuUs: (cpu1 - cpu0) / requests,
      databaseCpuUs: (database1 - database0) / requests,
      generatorBusy: (own1 - own0) / 1e6 / took,
    };
  };
  const [one, two]: [Rate[], Rate[]] = [[], []];
  try {
    await run([servers.api, second]);
    for (let round = 0; round < rounds; round++) {
      one.push(await run([servers.api]));
      two.push(await run([servers.api, second]));
    }
  } finally {
    await second.stop();
    harness.pin();
    pinProcess(harness.layout.server, servers.api.pid);
  }
  const middle = (rates: readonly Rate[], name: keyof Rate): number =>
    median(rates.map((rate) => rate[name]));
  const measured = middle(two, 'requestsPerSecond') / middle(one, 'requestsPerSecond');
  const alone = (2 * middle(one, 'serverCpuUs')) / middle(two, 'serverCpuUs');
  const cpu = `per request ${middle(one, 'serverCpuUs').toFixed(0)} µs of one server and ${middle(two, 'serverCpuUs').toFixed(0)} µs of two, PostgreSQL ${middle(two, 'databaseCpuUs').toFixed(0)} µs`;
  const processors = harness.layout.processors;
  return [
    {
      what: 'two processes relative to one, as measured',
      seen: measured,
      unit: '',
      wanted: processors >= 4 ? { least: 1.7 } : null,
      how: `everything on ${processors} cores, of which the load generator used ${middle(two, 'generatorBusy').toFixed(2)}; ${cpu}`,
    },
    {
      what: 'two processes relative to one, by their processor time',
      seen: alone,
      unit: '',
      wanted: { least: 1.7 },
      how: `what two cores for two servers give when generator and PostgreSQL are elsewhere; ${cpu}`,
    },
  ];
}

function times(apis: readonly ServerProcess[], databasePid: number): [number, number, number] {
  const servers = apis.reduce((sum, api) => sum + cpuMicroseconds(api.pid), 0);
  return [servers, familyCpuMicroseconds(databasePid), cpuMicroseconds(process.pid)];
}
