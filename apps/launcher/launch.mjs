#!/usr/bin/env node
// What `npm start` and `npm test` run. Plain JavaScript without dependencies: it runs before anything is installed, and
// this file and what it imports at the top must run on Node 18.
import { continueOnSupportedNode } from './runtime.mjs';

const [command = 'start', ...args] = process.argv.slice(2);

try {
  const exitCode = await continueOnSupportedNode(process.argv.slice(2));
  if (exitCode === undefined) {
    const { runCommand } = await import('./commands.mjs');
    process.exitCode = await runCommand(command, args);
  } else {
    process.exitCode = exitCode;
  }
} catch (error) {
  const understood = error.expected || error.syscall !== undefined;
  const advice = ['EACCES', 'EPERM', 'EROFS'].includes(error.code)
    ? '. This user must be able to write there.'
    : '';
  console.error(understood ? `veritrail: ${error.message}${advice}` : error);
  process.exitCode = error.exitCode ?? 1;
}
