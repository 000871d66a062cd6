import { type Finding, isMet, targetText } from './finding.js';
import { type Measured, type Round } from './measure.js';
import { type Share } from './profile.js';
import { median } from './statistics.js';

type Figure = keyof Round;

/** The median of all rounds. */
export function figure(rounds: readonly Round[], name: Figure): number {
  return median(rounds.map((round) => round[name]));
}

const HEADINGS = [
  'scenario',
  'floor req/s',
  'API req/s',
  '**API/floor**',
  'target',
  'first round',
  'p50 ms',
  'p99 ms',
  'server CPU µs',
  'CPU API/floor',
  'database CPU µs',
  'RSS MiB',
  'event loop p99 ms',
];

/** A Markdown table of medians; the floor first where a cell shows both servers. */
export function resultTable(results: readonly Measured[]): string {
  const rows = results.map(({ scenario, rounds: { floor, api }, warmUp }) => {
    const both = (name: Figure, digits: number): string =>
      `${figure(floor, name).toFixed(digits)} / ${figure(api, name).toFixed(digits)}`;
    const ratio = (name: Figure): string => (figure(api, name) / figure(floor, name)).toFixed(2);
    return [
      scenario.title,
      figure(floor, 'requestsPerSecond').toFixed(0),
      figure(api, 'requestsPerSecond').toFixed(0),
      `**${ratio('requestsPerSecond')}**`,
      scenario.target === null ? '–' : `≥ ${scenario.target.toFixed(2)}`,
      firstRatio(warmUp).toFixed(2),
      both('p50', 2),
      both('p99', 1),
      both('serverCpuUs', 0),
      ratio('serverCpuUs'),
      both('databaseCpuUs', 0),
      both('residentMib', 0),
      both('loopP99', 1),
    ];
  });
  return markdownTable(HEADINGS, rows);
}

/** API/floor in the first round, before V8 has compiled the scenario’s code. */
function firstRatio({ floor, api }: Measured['warmUp']): number {
  return figure(api.slice(0, 1), 'requestsPerSecond') / figure(floor.slice(0, 1), 'requestsPerSecond');
}

const ROWS_OF_A_PROFILE = 15;

/** The API's CPU time: microseconds per request by layer, and the most expensive functions. */
export function profileTable(
  name: string,
  requests: number,
  layers: readonly Share[],
  functions: readonly Share[],
): string {
  const total = layers.reduce((sum, { us }) => sum + us, 0);
  const rows = (shares: readonly Share[]): string[] =>
    shares
      .slice(0, ROWS_OF_A_PROFILE)
      .map(
        (share) =>
          `| ${share.name} | ${(share.us / requests).toFixed(1)} | ${((100 * share.us) / total).toFixed(1)} |`,
      );
  const head = (what: string): string => `| ${what} | µs per request | % |\n| --- | --- | --- |`;
  return [
    `**CPU profile of the API in \`${name}\`**: ${(total / requests).toFixed(0)} µs per request, by layer and by function`,
    '',
    head('layer'),
    ...rows(layers),
    '',
    head('function'),
    ...rows(functions),
  ].join('\n');
}

/** Figures other than the scenarios. */
export function findingTable(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => {
    const met = isMet(finding);
    const verdict = met === null ? '–' : met ? 'yes' : '**no**';
    return [
      finding.what,
      `${shown(finding.seen)} ${finding.unit}`.trim(),
      targetText(finding),
      verdict,
      finding.how,
    ];
  });
  return markdownTable(['figure', 'measured', 'target', 'met', 'method'], rows);
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

function markdownTable(headings: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  return [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
