import { drive, type Load } from '../drive.js';
import { type Finding } from '../finding.js';
import { type Harness, type Stage } from '../harness.js';
import { bearer } from '../scenario.js';
import { cursorOfPage } from '../scenarios/pages.js';
import { AUDITOR_ID } from '../seed/people.js';
import { median, percentile } from '../statistics.js';

const SMALL = 10_000;
const PAGE = 20;
const DEEP = 1000;

interface Read {
  readonly what: string;
  /** The target for the ratio to the smallest database. */
  readonly most: number | null;
  paths(stage: Stage): string[];
  readonly byAuditor?: true;
}

const READS: readonly Read[] = [
  {
    what: 'read one',
    most: 1.3,
    paths: ({ dataset }) => dataset.sample(500, 10).map(({ id }) => `/v1/documents/${id}`),
  },
  { what: 'list, first page', most: 1.3, paths: () => [`/v1/documents?limit=${PAGE}`] },
  {
    what: 'search by owner (indexed)',
    most: 1.3,
    // Uses owners with a full page of documents in every database, so that the ratio does not compare page sizes.
    paths: ({ dataset }) =>
      Array.from(
        { length: 8 },
        (_, index) => `/v1/documents?limit=${PAGE}&ownerId=${dataset.ownerId(index)}`,
      ),
  },
  {
    what: 'search by SHA-256 (indexed)',
    most: 1.3,
    paths: ({ dataset }) => dataset.sample(500, 11).map(({ sha256 }) => `/v1/documents?sha256=${sha256}`),
  },
  {
    what: 'audit entries of a document',
    most: null,
    paths: ({ dataset }) => dataset.sample(500, 12).map(({ id }) => `/v1/audit/entries?targetId=${id}`),
    byAuditor: true,
  },
];

/** The same reads in databases of different sizes, one at a time, in turn; and the cost of the thousandth page. */
export async function growth(
  harness: Harness,
  largest: Stage,
  more: readonly number[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Finding[]> {
  const stages = [await harness.stage(SMALL), largest];
  for (const documents of more) stages.push(await harness.stage(documents, { onlyRead: true }));
  const findings: Finding[] = [];
  for (const read of READS) {
    const loads = await Promise.all(stages.map((stage) => loadOf(stage, read, seconds)));
    const [small, ...others] = await latencies(stages, loads, rounds);
    others.forEach((p50, index) => {
      const { documents } = stages[index + 1]!.dataset;
      findings.push({
        what: `${read.what}: ${readable(documents)} documents relative to ${readable(SMALL)}`,
        seen: p50 / small!,
        unit: '',
        wanted: read.most === null ? null : { most: read.most },
        how: `medians of sequential requests: ${small!.toFixed(2)} ms and ${p50.toFixed(2)} ms`,
      });
    });
  }
  return [...findings, await thousandthPage(largest, rounds, seconds)];
}

async function thousandthPage(stage: Stage, rounds: number, seconds: number): Promise<Finding> {
  const token = stage.dataset.verifiers[0]!;
  const page = Math.min(DEEP, Math.floor(stage.dataset.documents / PAGE / 2));
  const cursor = await cursorOfPage(stage.servers.api.url, token, page);
  const first = load([`/v1/documents?limit=${PAGE}`], token, seconds);
  const deep = load([`/v1/documents?limit=${PAGE}&cursor=${cursor}`], token, seconds);
  const [near, far] = await latencies([stage, stage], [first, deep], rounds);
  return {
    what: `page ${page} relative to page 1, ${readable(stage.dataset.documents)} documents`,
    seen: far! / near!,
    unit: '',
    wanted: { most: 1.2 },
    how: `medians of sequential requests: ${near!.toFixed(2)} ms and ${far!.toFixed(2)} ms`,
  };
}

/** The median over all rounds of each round's median, measured in turn. */
async function latencies(
  stages: readonly Stage[],
  loads: readonly Load[],
  rounds: number,
): Promise<number[]> {
  const seen: number[][] = stages.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, stage] of stages.entries()) {
      const { latencies: all } = await drive(stage.servers.api.url, loads[index]!);
      if (round > 0) seen[index]!.push(percentile(all, 0.5));
    }
  }
  return seen.map(median);
}

async function loadOf(stage: Stage, read: Read, seconds: number): Promise<Load> {
  const { dataset } = stage;
  const [token] = read.byAuditor
    ? await dataset.key.openSessions(dataset.admin, [AUDITOR_ID])
    : [dataset.verifiers[0]!];
  return load(read.paths(stage), token!, seconds);
}

function load(paths: readonly string[], token: string, seconds: number): Load {
  return {
    connections: 1,
    seconds,
    expected: 200,
    requestsOf: () => paths.map((path) => ({ method: 'GET', path, headers: bearer(token) })),
  };
}

function readable(count: number): string {
  return count.toLocaleString('en').replaceAll(',', ' ');
}
