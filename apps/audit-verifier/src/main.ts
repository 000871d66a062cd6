import { processOutput } from '#libs/log-check';
import { runVerifier } from './verifier-program.js';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

process.exitCode = await runVerifier(process.argv.slice(2), {
  output: processOutput,
  rangeWorker: new URL(`./log/range.worker.${extension}`, import.meta.url),
});
