import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { LaunchError } from './project.mjs';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_CHECK_MS = 1000;

/** Under npm the process above lives exactly as long as the command is wanted; from a shell it may be left behind. */
export const FOLLOWS_PARENT = process.env.npm_lifecycle_event !== undefined;

/**
 * Runs a program on this process's terminal and resolves with its exit code. Signals are passed on and waited for, not
 * acted upon. When the parent process dies without a signal, the program is asked to end.
 */
export function runChild(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', ...options });
    const supervision = supervise(child);
    child.once('error', (error) => {
      supervision.end();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      supervision.end();
      resolve(code ?? exitCodeOf(signal));
    });
  });
}

/**
 * Runs a program to its end and resolves with its exit code and everything it wrote. A signal is passed on and waited for
 * in the same way; then it rejects with the exit code for that signal.
 */
export function collectChild(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const supervision = supervise(child);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('error', (error) => {
      supervision.end();
      reject(error);
    });
    child.once('close', (code, signal) => {
      supervision.end();
      const stopped = supervision.signal() ?? signal;
      if (stopped) reject(new LaunchError('Stopped. The next start continues here.', exitCodeOf(stopped)));
      else resolve({ code, stdout, stderr });
    });
  });
}

function supervise(child) {
  let received;
  const forward = (signal) => {
    received ??= signal;
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (FOLLOWS_PARENT && process.ppid !== parent) forward('SIGTERM');
  }, PARENT_CHECK_MS);
  return {
    signal: () => received,
    end: () => {
      clearInterval(watch);
      for (const signal of FORWARDED) process.off(signal, forward);
    },
  };
}

function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}
