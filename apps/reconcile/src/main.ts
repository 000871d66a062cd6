import { processOutput } from '#libs/log-check';
import { runReconcile } from './reconcile-program.js';

process.exitCode = await runReconcile(process.argv.slice(2), processOutput);
