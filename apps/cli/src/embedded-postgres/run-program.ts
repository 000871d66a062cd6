import { spawn } from 'node:child_process';
import { type ServerAccount } from './server-account.js';

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** The complete environment of PostgreSQL's programs, without the caller's PG* variables and secrets. */
export const SERVER_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Runs one of PostgreSQL's short programs and collects its output. */
export function runProgram(
  file: string,
  args: readonly string[],
  account?: ServerAccount,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      // Detached, so that Ctrl-C at the terminal does not interrupt a program that must complete.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: SERVER_ENVIRONMENT,
      cwd: '/',
      ...account,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ exitCode: null, output: `${output}${error.message}` }));
    child.once('close', (exitCode) => resolve({ exitCode, output: output.trim() }));
  });
}
