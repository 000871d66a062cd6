import { type Violation } from './source-rules.js';
import { type SourceFile } from './walls.js';

const MIGRATIONS = 'migrations/all.ts';
const MIGRATION = /^migrations\/(\d+-[^/]+)[.]ts$/;
const HANDLED_BY_NEST = /^@(?:Controller|BackgroundJob)\([^]*?\bclass (\w+)/gm;
const IMPORTS = /^import [^]*?;$/gm;

/** Migrations, controllers and background jobs that no list names: no program would load them, and none would miss them. */
export function unlistedIn(sources: readonly SourceFile[]): Violation[] {
  const product = sources.filter(({ file }) => /^(apps|libs|migrations)\//.test(file));
  const migrations = product.find(({ file }) => file === MIGRATIONS)?.text ?? '';
  return product.flatMap(({ file, text }) => {
    const migration = MIGRATION.exec(file)?.[1];
    if (migration !== undefined && !migrations.includes(`'./${migration}.js'`))
      return [violation('migrations-are-listed', file, `is not exported by ${MIGRATIONS}`)];
    if (file.endsWith('.spec.ts')) return [];
    const modules = product.filter(
      (other) => other.file.endsWith('.module.ts') && folderOf(other) === folderOf({ file }),
    );
    const listed = modules.map((module) => module.text.replaceAll(IMPORTS, '')).join('\n');
    return [...text.matchAll(HANDLED_BY_NEST)]
      .map(([, name = '']) => name)
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(listed))
      .map((name) =>
        violation('nest-classes-are-listed', file, `${name} is in no Nest module of ${folderOf({ file })}`),
      );
  });
}

/** The app or library of a file. */
function folderOf({ file }: Pick<SourceFile, 'file'>): string {
  return file.split('/').slice(0, 2).join('/');
}

function violation(rule: string, file: string, detail: string): Violation {
  return { rule, file, line: 1, detail };
}
