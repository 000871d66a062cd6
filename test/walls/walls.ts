import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { type Violation, violationsIn } from './source-rules.js';

const ROOT = join(__dirname, '..', '..');
const CHECKED = ['apps', 'libs', 'migrations', 'test'];
const IGNORED = new Set(['node_modules', 'dist', 'data', 'fixtures']);

interface CruiseResult {
  readonly summary: {
    readonly ruleSetUsed?: { readonly forbidden?: ReadonlyArray<{ readonly name: string }> };
    readonly violations: ReadonlyArray<{
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }>;
  };
}

/** The rules about modules, which apply to tests too, and those about folders, which apply to the product only. */
const CRUISES = [
  { config: '.dependency-cruiser.mjs', checked: CHECKED },
  { config: '.dependency-cruiser.folders.mjs', checked: ['apps', 'libs', 'migrations'] },
];

interface Cruised {
  readonly rules: string[];
  readonly violations: Violation[];
}

/** What dependency-cruiser reports below `root`, under the repository's rules, and the names of those rules. */
export async function cruise(root: string = ROOT): Promise<Cruised> {
  const cruised: Cruised[] = [];
  for (const { config, checked } of CRUISES) cruised.push(await cruiseWith(config, checked, root));
  return {
    rules: cruised.flatMap(({ rules }) => rules),
    violations: cruised.flatMap(({ violations }) => violations),
  };
}

async function cruiseWith(config: string, checked: readonly string[], root: string): Promise<Cruised> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
      ...['--config', join(ROOT, config), '--output-type', 'json'],
      ...checked.filter((folder) => existing(root).includes(folder)),
    ],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  ).catch((error: unknown) => {
    // With violations, dependency-cruiser exits with an error and still prints its report.
    const { stdout: report } = error as { stdout?: string };
    if (!report) throw error;
    return { stdout: report };
  });
  const { summary } = JSON.parse(stdout) as CruiseResult;
  return {
    rules: (summary.ruleSetUsed?.forbidden ?? []).map(({ name }) => name),
    violations: summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      file: from,
      line: 1,
      detail: `imports ${to}`,
    })),
  };
}

/** What the source rules report below `root`. */
export function readSources(root: string = ROOT): Violation[] {
  return sourcesOf(root).flatMap(({ file, text }) => violationsIn(file, text));
}

/** A file and its path from the root, with forward slashes. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** Every TypeScript file below `root`. */
export function sourcesOf(root: string = ROOT): SourceFile[] {
  return CHECKED.filter((folder) => existing(root).includes(folder))
    .flatMap((folder) => sourceFiles(join(root, folder)))
    .map((path) => ({ file: relative(root, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));
}

function existing(root: string): string[] {
  return readdirSync(root);
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (IGNORED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /[.]m?ts$/.test(entry.name) ? [path] : [];
  });
}
