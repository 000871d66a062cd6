import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { proseOf } from './prose.js';
import { LANGUAGE_RULES } from './rules.js';

/** Exempts its own line and the next one. */
const EXEMPTION = 'plain-english-ok';
const IGNORED = new Set(['node_modules', 'dist', 'data', 'coverage', 'fixtures', '.git', '.launcher']);
const READABLE = /[.](?:md|ts|mjs|sh|ya?ml)$|(?:^|\/)(?:Dockerfile|openapi[.]json|run)$/;

export interface Wording {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly found: string;
  readonly suggestion: string;
}

/** Every banned construction in the files and folders named by `paths`, relative to `root`. */
export function wordingsIn(
  root: string,
  paths: readonly string[],
  except: readonly string[] = [],
): Wording[] {
  return paths
    .flatMap((path) => readableFiles(join(root, path)))
    .map((path) => relative(root, path).replaceAll('\\', '/'))
    .filter((file) => !except.includes(file))
    .flatMap((file) => wordingsOf(file, readFileSync(join(root, file), 'utf8')));
}

/** One line of a report, in the form that editors and terminals turn into a link. */
export const describeWording = ({ file, line, found, rule, suggestion }: Wording): string =>
  `${file}:${line} "${found}" (${rule}): ${suggestion}`;

export function wordingsOf(file: string, text: string): Wording[] {
  const lines = text.split('\n');
  const prose = proseOf(file, text);
  const isExempt = (line: number): boolean =>
    [lines[line - 1], lines[line - 2]].some((candidate) => candidate?.includes(EXEMPTION));
  return LANGUAGE_RULES.flatMap(({ name, pattern, suggestion }) =>
    [...prose.matchAll(pattern)].map((match) => ({
      rule: name,
      file,
      line: prose.slice(0, match.index).split('\n').length,
      found: match[0].replace(/[\s*]+/g, ' ').trim(),
      suggestion,
    })),
  )
    .filter(({ line }) => !isExempt(line))
    .sort((a, b) => a.line - b.line);
}

function readableFiles(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return READABLE.test(path.replaceAll('\\', '/')) ? [path] : [];
  return readdirSync(path)
    .sort()
    .filter((name) => !IGNORED.has(name))
    .flatMap((name) => readableFiles(join(path, name)));
}
