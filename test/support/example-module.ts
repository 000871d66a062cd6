import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const FIXTURE = 'test/fixtures/example-module';
/** Longer than any of the programs takes on a busy machine. */
export const LONGEST_MS = 120_000;
const HOOKS = './test/support/typescript-hooks.mjs';
const ROLE_MATRIX = 'test/e2e/role-matrix.e2e-spec.ts';
const COPIED = [
  ...['apps', 'libs', 'migrations', 'test/support', ROLE_MATRIX],
  ...['package.json', 'tsconfig.json', 'jest.config.mjs', '.swcrc'],
];

interface Edit {
  readonly file: string;
  readonly after: string;
  readonly line: string;
}

/** The lines that the example module adds outside its folder and its migration. */
export const EDITS = JSON.parse(readFileSync(`${FIXTURE}/edits.json`, 'utf8')) as {
  readonly elsewhere: readonly Edit[];
  readonly roleMatrix: readonly Edit[];
};

/** The result of a program that has ended. */
interface Ended {
  readonly exitCode: number | null;
  readonly errors: string;
}

/** A copy of the sources of this repository with the example module added. */
export class ProductWithExample {
  readonly root = mkdtempSync(join(tmpdir(), 'veritrail-example-'));

  constructor() {
    const files = execFileSync('git', ['ls-files', '-z', ...COPIED], { encoding: 'utf8' }).split('\0');
    for (const file of files.filter(Boolean)) {
      mkdirSync(dirname(join(this.root, file)), { recursive: true });
      cpSync(file, join(this.root, file));
    }
    symlinkSync(join(process.cwd(), 'node_modules'), join(this.root, 'node_modules'));
    for (const folder of ['libs', 'migrations']) {
      cpSync(join(FIXTURE, folder), join(this.root, folder), { recursive: true });
    }
    cpSync('.dependency-cruiser.mjs', join(this.root, '.dependency-cruiser.mjs'));
    for (const { file, after, line } of [...EDITS.elsewhere, ...EDITS.roleMatrix]) {
      this.replace(file, `${after}\n`, `${after}\n${line}\n`);
    }
  }

  /** Replaces a text that must occur in the file; the returned function restores it. */
  replace(file: string, text: string, by: string): () => void {
    const path = join(this.root, file);
    const before = readFileSync(path, 'utf8');
    if (!before.includes(text)) throw new Error(`${file} does not contain ${text}`);
    writeFileSync(path, before.replace(text, by));
    return () => writeFileSync(path, before);
  }

  /** Runs a program to its end; a server ends only if its start fails. */
  run(program: string, environment: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<Ended> {
    return this.runNode(this.argumentsOf(program, args), environment);
  }

  /** What the TypeScript compiler reports about the module, the list of modules and the migrations. */
  async checkTypes(): Promise<Ended> {
    const configuration = {
      extends: './tsconfig.json',
      include: ['libs/notes', 'libs/modules', 'migrations'],
    };
    writeFileSync(join(this.root, 'tsconfig.example.json'), JSON.stringify(configuration));
    return this.runNode(['node_modules/typescript/bin/tsc', '--project', 'tsconfig.example.json']);
  }

  /** Tries the operation with each role, on a database of its own, and compares the results with the role matrix. */
  async checkRoles(operation: string): Promise<Ended> {
    return this.runNode([
      ...[
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        'node_modules/jest/bin/jest.js',
      ],
      ...['--selectProjects', 'e2e', '--testPathPatterns', ROLE_MATRIX],
      ...['--testNamePattern', `${operation}|has a row for every operation`],
    ]);
  }

  private runNode(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        args,
        { cwd: this.root, env: { ...process.env, ...environment }, timeout: LONGEST_MS },
        (_, output, errors) => resolve({ exitCode: child.exitCode, errors: errors + output }),
      );
    });
  }

  /** Starts the API and resolves with its address and a function that stops it. */
  async serve(environment: NodeJS.ProcessEnv): Promise<{ url: string; stop: () => Promise<void> }> {
    const child = spawn(process.execPath, this.argumentsOf('apps/api/src/main.ts', []), {
      cwd: this.root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const ready = once(child, 'message') as Promise<[{ url: string }]>;
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`The API ended: ${errors}`)));
    const [{ url }] = await Promise.race([ready, ended]);
    ended.catch(() => undefined);
    return {
      url,
      stop: async () => {
        child.kill('SIGTERM');
        await ended.catch(() => undefined);
      },
    };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private argumentsOf(program: string, args: readonly string[]): string[] {
    return ['--conditions=veritrail-source', '--import', HOOKS, program, ...args];
  }
}
