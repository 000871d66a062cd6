import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finding, isMet, targetText } from '../bench/finding.js';
import { chooseLayout } from '../bench/layout.js';
import { type Measured, type Round } from '../bench/measure.js';
import { readOptions } from '../bench/options.js';
import { type Report, toMarkdown, writeReport } from '../bench/report.js';
import { SCENARIOS } from '../bench/scenarios/index.js';
import { findingTable, resultTable } from '../bench/table.js';

const round = (requestsPerSecond: number, serverCpuUs: number): Round => ({
  requests: 3 * requestsPerSecond,
  requestsPerSecond,
  serverCpuUs,
  p50: 1,
  p99: 2,
  databaseCpuUs: 50,
  serverBusy: 0.9,
  residentMib: 100,
  loopP99: 3,
});
const measured = (floor: number[], api: number[]): Measured => ({
  scenario: SCENARIOS[0]!,
  rounds: { floor: floor.map((rate) => round(rate, 100)), api: api.map((rate) => round(rate, 150)) },
  warmUp: { floor: [round(1600, 100), round(1900, 100)], api: [round(400, 300), round(1800, 100)] },
});
const finding = (seen: number, wanted: Finding['wanted']): Finding => ({
  what: 'something',
  seen,
  unit: 'ms',
  wanted,
  how: 'somehow',
});
const report = (more: Partial<Report> = {}): Report => ({
  options: readOptions(['--rows', '500', '--rounds', '3']),
  layout: chooseLayout(2, true),
  postgres: '18.4',
  loadBefore: 0.1,
  minutes: 2,
  results: [measured([1000, 3000, 2000], [1500, 900, 1000])],
  findings: [finding(21, { most: 20 })],
  failures: ['search: the server answered with 503'],
  profiles: [],
  ...more,
});

describe('the report of the benchmark', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vt-report-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('compares the medians, not the best or the last round, and shows the first round', () => {
    const [, , row] = resultTable([measured([1000, 3000, 2000], [1500, 900, 1000])]).split('\n');
    expect(row).toContain('| 2000 | 1000 | **0.50** | ≥ 1.20 | 0.25 |');
    expect(row).toContain('| 100 / 150 | 1.50 |');
  });

  it('shows for each finding whether its target is met', () => {
    expect([isMet(finding(20, { most: 20 })), isMet(finding(20.1, { most: 20 }))]).toEqual([true, false]);
    expect([isMet(finding(1.7, { least: 1.7 })), isMet(finding(1.6, { least: 1.7 }))]).toEqual([true, false]);
    expect(isMet(finding(1, null))).toBeNull();
    expect(targetText(finding(1, { most: 20 }))).toBe('≤ 20 ms');
    expect(findingTable([finding(21, { most: 20 })])).toContain('| **no** |');
  });

  it('shows scenarios without a result, and names neither the host nor a folder', () => {
    const text = toMarkdown(report({ profiles: ['a profile of forty lines'] }));
    expect(text).toContain('No result: search: the server answered with 503');
    expect(text).toContain('`npm run bench -- --rows 500 --rounds 3`');
    expect(text).not.toContain(hostname());
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain('a profile');
  });

  it('keeps the text around the marks unchanged', async () => {
    const [markdown, json] = [join(folder, 'performance.md'), join(folder, 'performance.json')];
    writeFileSync(
      markdown,
      '# Before\n\n<!-- measured: npm run bench writes what follows -->\nold\n<!-- /measured -->\n\nAfter.\n',
    );
    await writeReport(report(), markdown, json);
    await writeReport(report({ failures: [] }), markdown, json);
    const text = readFileSync(markdown, 'utf8');
    expect(text).toMatch(/^# Before\n\n<!-- measured/);
    expect(text).toMatch(/<!-- \/measured -->\n\nAfter\.\n$/);
    expect(text).not.toContain('old');
    expect(text).not.toContain('No result');
    const { scenarios } = JSON.parse(readFileSync(json, 'utf8')) as {
      scenarios: Array<{ ratio: number; api: { rounds: number[]; warmUp: number[] } }>;
    };
    expect(scenarios[0]).toMatchObject({
      name: SCENARIOS[0]!.name,
      ratio: 0.5,
      api: { rounds: [1500, 900, 1000], warmUp: [400, 1800] },
    });
  });

  it('is not written into a file without the marks', async () => {
    const markdown = join(folder, 'other.md');
    writeFileSync(markdown, '# Something else\n');
    await expect(writeReport(report(), markdown, join(folder, 'other.json'))).rejects.toThrow(
      'lacks the marks',
    );
    expect(readFileSync(markdown, 'utf8')).toBe('# Something else\n');
  });
});
