import { type SweepLimits, type SweepRequest, sweepRequests } from './requests.js';
import { SweptApi } from './swept-api.js';

/*
 * Sends the largest and most laborious inputs to every operation of the contract, one after the other, and reports for how
 * long each held the event loop of the API with its own processor time:
 *
 *   node --conditions=veritrail-source --import ./test/support/typescript-hooks.mjs test/sweep/main.ts [FILTER]
 *
 * FILTER is a regular expression for the lines of the report. A request that takes longer than the limit is repeated, and
 * the shortest time counts, because compilation and garbage collection may delay one of them. Exits 1 if a request holds the
 * loop for more than 50 ms.
 */

const ALLOWED_MS = 50;
const REPEATS = 3;
const SHOWN = 25;
const KIB = 1024;
const FILE_BYTES = 32 * KIB * KIB;
const LIMITS: SweepLimits = {
  jsonBytes: [8 * KIB - 1, 64 * KIB - 1, 256 * KIB - 1],
  urlBytes: 14 * KIB,
  fileBytes: FILE_BYTES,
  formFieldBytes: 64 * KIB,
};

interface Finding {
  readonly what: string;
  readonly status: number;
  readonly held: number;
  readonly used: number;
}

async function measure(api: SweptApi, request: SweepRequest): Promise<Finding> {
  let shortest: Finding | null = null;
  for (let attempt = 0; attempt < REPEATS; attempt++) {
    const init: RequestInit = {
      method: request.method.toUpperCase(),
      headers: { authorization: api.authorization, ...request.headers },
      ...(request.body ? { body: request.body() as NonNullable<RequestInit['body']> } : {}),
    };
    const { status, held, used } = await api.send(request.path, init);
    if (status === 401) await api.signInAgain();
    if (!shortest || held < shortest.held) shortest = { what: request.what, status, held, used };
    if (shortest.held <= ALLOWED_MS) break;
  }
  if (!shortest) throw new Error('Nothing was measured');
  return shortest;
}

function report(findings: readonly Finding[]): void {
  const longest = findings.toSorted((a, b) => b.held - a.held);
  console.log('   at once      in all  status');
  for (const { what, status, held, used } of longest.slice(0, SHOWN)) {
    const [atOnce, inAll] = [held, used].map((ms) => `${ms.toFixed(1).padStart(8)} ms`);
    console.log(`${atOnce} ${inAll}  ${String(status).padStart(3)}  ${what}`);
  }
  const over = longest.filter(({ held }) => held > ALLOWED_MS);
  console.log(
    `${findings.length} requests, ${over.length} held the event loop for more than ${ALLOWED_MS} ms`,
  );
  if (over.length > 0) process.exitCode = 1;
}

async function main(): Promise<void> {
  const filter = new RegExp(process.argv[2] ?? '');
  const api = await SweptApi.start({ MAX_UPLOAD_BYTES: String(FILE_BYTES + KIB * KIB) });
  try {
    const findings: Finding[] = [];
    for (const request of sweepRequests(api.contract, LIMITS)) {
      if (filter.test(request.what)) findings.push(await measure(api, request));
    }
    report(findings);
  } finally {
    await api.stop();
  }
}

void main();
