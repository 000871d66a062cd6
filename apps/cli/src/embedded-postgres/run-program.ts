import { spawn } from 'node:child_process';
import { type ServerAccount } from './server-account.js';

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** The whole environment PostgreSQL's programs see: nothing of the caller's PG* settings or secrets reaches them. */
export const SERVER_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Runs one of PostgreSQL's short programs to its end and collects what it wrote. */
export function runProgram(
  file: string,
  args: readonly string[],
  account?: ServerAccount,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      // Detached, so that Ctrl-C at the terminal does not cut a program short that must come to its end.
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
