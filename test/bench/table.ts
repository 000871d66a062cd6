import { type Measured, type Round } from './measure.js';
import { median } from './statistics.js';

type Figure = keyof Round;

/** The middle of all rounds. */
export function figure(rounds: readonly Round[], name: Figure): number {
  return median(rounds.map((round) => round[name]));
}

const HEADINGS = [
  'scenario',
  'floor req/s',
  'API req/s',
  '**API/floor**',
  'wanted',
  'p50 ms',
  'p99 ms',
  'server CPU µs',
  'CPU API/floor',
  'database CPU µs',
  'RSS MiB',
];

/** A Markdown table of medians, floor before API where both are told. */
export function resultTable(results: readonly Measured[]): string {
  const rows = results.map(({ scenario, rounds: { floor, api } }) => {
    const both = (name: Figure, digits: number): string =>
      `${figure(floor, name).toFixed(digits)} / ${figure(api, name).toFixed(digits)}`;
    const ratio = (name: Figure): string => (figure(api, name) / figure(floor, name)).toFixed(2);
    return [
      scenario.title,
      figure(floor, 'requestsPerSecond').toFixed(0),
      figure(api, 'requestsPerSecond').toFixed(0),
      `**${ratio('requestsPerSecond')}**`,
      scenario.target === null ? '–' : `≥ ${scenario.target.toFixed(2)}`,
      both('p50', 2),
      both('p99', 1),
      both('serverCpuUs', 0),
      ratio('serverCpuUs'),
      both('databaseCpuUs', 0),
      both('residentMib', 0),
    ];
  });
  return [HEADINGS, HEADINGS.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
