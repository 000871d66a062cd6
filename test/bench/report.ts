import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { format } from 'prettier';
import { type Finding, isMet } from './finding.js';
import { type Layout } from './layout.js';
import { type Measured, type Round } from './measure.js';
import { type BenchOptions } from './options.js';
import { type ServerName, SERVERS } from './scenario.js';
import { median, spread } from './statistics.js';
import { findingTable, resultTable } from './table.js';

const [BEGIN, END] = ['<!-- measured: npm run bench writes what follows -->', '<!-- /measured -->'];

/** The results of one run. */
export interface Report {
  readonly options: BenchOptions;
  readonly layout: Layout;
  readonly postgres: string;
  readonly loadBefore: number;
  readonly minutes: number;
  readonly results: readonly Measured[];
  readonly findings: readonly Finding[];
  /** Scenarios without a result, and why. */
  readonly failures: readonly string[];
  /** CPU profiles of the API in scenarios that miss their target; printed, not committed. */
  readonly profiles: readonly string[];
}

/** The report as Markdown, without profiles; names neither the host nor its folders. */
export function toMarkdown(report: Report): string {
  const { options, layout, postgres, results, findings, failures } = report;
  const lines = [
    `Measured on ${today()} with Node ${process.versions.node} and PostgreSQL ${postgres}: ` +
      `${options.documents.toLocaleString('en')} documents and as many audit entries, medians of ${options.rounds} interleaved ` +
      `rounds of ${options.seconds} s, one process of each server, ${layout.description}. Machine: ${machine()}; load average ` +
      `${report.loadBefore.toFixed(2)} before the run of ${report.minutes.toFixed(0)} minutes. Command: \`${options.command}\`.`,
    '',
    'Cells with two figures show the floor first, then the API.',
    '',
    resultTable(results),
    ...failures.map((failure) => `\nNo result: ${failure}`),
    ...(findings.length > 0 ? ['', findingTable(findings)] : []),
  ];
  return lines.join('\n');
}

/** The report as JSON: medians, spread and every round. */
export function toJson(report: Report): object {
  const { options, layout, postgres, results, findings, failures } = report;
  return {
    date: today(),
    command: options.command,
    versions: { node: process.versions.node, postgres },
    machine: machine(),
    layout: layout.description,
    loadAverageBefore: report.loadBefore,
    documents: options.documents,
    rounds: options.rounds,
    secondsPerRound: options.seconds,
    scenarios: results.map(({ scenario, rounds, warmUp }) => ({
      name: scenario.name,
      target: scenario.target,
      ratio: ratioOf(rounds, 'requestsPerSecond'),
      cpuRatio: ratioOf(rounds, 'serverCpuUs'),
      ...Object.fromEntries(SERVERS.map((server) => [server, summary(rounds[server], warmUp[server])])),
    })),
    findings: findings.map((finding) => ({ ...finding, met: isMet(finding) })),
    failures,
  };
}

/** Writes the report between its two marks in `docs/performance.md`, and the figures to a JSON file. */
export async function writeReport(report: Report, markdownFile: string, jsonFile: string): Promise<void> {
  const before = existsSync(markdownFile)
    ? readFileSync(markdownFile, 'utf8')
    : `# Performance\n\n${BEGIN}\n${END}\n`;
  const [head, rest = ''] = before.split(BEGIN);
  const [, tail] = rest.split(END);
  if (tail === undefined) throw new Error(`${markdownFile} lacks the marks around the results`);
  writeFileSync(markdownFile, `${head}${BEGIN}\n\n${toMarkdown(report)}\n\n${END}${tail}`);
  writeFileSync(
    jsonFile,
    await format(JSON.stringify(rounded(toJson(report))), { parser: 'json', printWidth: 110 }),
  );
}

function summary(rounds: readonly Round[], warmUp: readonly Round[]): object {
  const names = Object.keys(rounds[0] ?? {}) as Array<keyof Round>;
  const medians = Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name]))]));
  const rates = (of: readonly Round[]): number[] => of.map((round) => round.requestsPerSecond);
  return {
    ...medians,
    spreadOfRequestsPerSecond: spread(rates(rounds)),
    warmUp: rates(warmUp),
    rounds: rates(rounds),
  };
}

function ratioOf(rounds: Readonly<Record<ServerName, readonly Round[]>>, name: keyof Round): number {
  const middle = (server: ServerName): number => median(rounds[server].map((round) => round[name]));
  return middle('api') / middle('floor');
}

/** A benchmark is not more precise than three decimal places. */
function rounded(value: object): object {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) =>
      typeof member === 'number' ? Math.round(member * 1000) / 1000 : member,
    ),
  ) as object;
}

function machine(): string {
  const [cpu] = cpus();
  return `${process.platform} ${process.arch}, ${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'})`;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
