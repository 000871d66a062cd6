import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_CHECK_MS = 1000;

/** Under npm the process above lives exactly as long as the command is wanted; from a shell it may be left behind. */
export const FOLLOWS_PARENT = process.env.npm_lifecycle_event !== undefined;

/**
 * Runs a program on this process's terminal and resolves with its exit code. Signals are passed on and waited for, not
 * acted upon. When the process above dies without a word, the program is asked to end.
 */
export function runChild(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    for (const signal of FORWARDED) process.on(signal, forward);
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (FOLLOWS_PARENT && process.ppid !== parent) child.kill('SIGTERM');
    }, PARENT_CHECK_MS);
    const settle = () => {
      clearInterval(watch);
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      settle();
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** Runs a program to its end and resolves with its exit code and everything it wrote. */
export function collectChild(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
