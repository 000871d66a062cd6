import { drive, type Load } from '../drive.js';
import { type Finding } from '../finding.js';
import { type Harness, type Stage } from '../harness.js';
import { cpuMicroseconds, familyCpuMicroseconds } from '../proc.js';
import { type Scenario } from '../scenario.js';
import { CLAIM_AND_VERIFY } from '../scenarios/decisions.js';
import { READ_ONE } from '../scenarios/reads.js';
import { type ServerProcess } from '../server-process.js';
import { POOL_SIZE } from '../server-settings.js';
import { median } from '../statistics.js';

const SIZES = [5, 10, 20, 40];
/** Until the code of all processes is equally well compiled. */
const WARM_UP_ROUNDS = 3;

interface Rate {
  readonly requestsPerSecond: number;
  readonly serverCpuUs: number;
  readonly databaseCpuUs: number;
}

/** API processes with different pool sizes, loaded in turn beside the one with the default size. */
export async function poolSizes(
  harness: Harness,
  { dataset, servers, database }: Stage,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Finding[]> {
  const apis: Array<readonly [number, ServerProcess]> = [];
  try {
    for (const poolSize of SIZES) apis.push([poolSize, await harness.startApi(database, { poolSize })]);
    const findings: Finding[] = [];
    for (const scenario of [READ_ONE, CLAIM_AND_VERIFY]) {
      const prepared = await scenario.prepare(dataset, { floor: servers.floor.url, api: servers.api.url });
      const run = async (api: ServerProcess): Promise<Rate> => {
        const load = (await prepared.load('api', seconds)) as Load;
        const [server0, database0] = times(api, harness.cluster.pid);
        const { requests, seconds: took } = await drive(api.url, load);
        const [server1, database1] = times(api, harness.cluster.pid);
        return {
          requestsPerSecond: requests / took,
          serverCpuUs: (server1 - server0) / requests,
          databaseCpuUs: (database1 - database0) / requests,
        };
      };
      for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const [, api] of apis) await run(api);
      const rates = new Map<number, Rate[]>(SIZES.map((size) => [size, []]));
      for (let round = 0; round < rounds; round++) {
        for (const [size, api] of apis) rates.get(size)?.push(await run(api));
      }
      findings.push(...relativeToDefault(scenario, rates));
    }
    return findings;
  } finally {
    for (const [, api] of apis) await api.stop();
  }
}

function relativeToDefault({ title }: Scenario, rates: ReadonlyMap<number, readonly Rate[]>): Finding[] {
  const middle = (size: number, name: keyof Rate): number =>
    median((rates.get(size) ?? []).map((rate) => rate[name]));
  return SIZES.map((size) => ({
    what: `pool of ${size} connections relative to ${POOL_SIZE}: ${title}`,
    seen: middle(size, 'requestsPerSecond') / middle(POOL_SIZE, 'requestsPerSecond'),
    unit: '',
    wanted: null,
    how: `${middle(size, 'requestsPerSecond').toFixed(0)} requests per second; CPU per request: server ${middle(size, 'serverCpuUs').toFixed(0)} µs, PostgreSQL ${middle(size, 'databaseCpuUs').toFixed(0)} µs`,
  }));
}

function times(api: ServerProcess, databasePid: number): [number, number] {
  return [cpuMicroseconds(api.pid), familyCpuMicroseconds(databasePid)];
}
