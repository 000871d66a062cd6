import { runVerifier } from './verifier-program.js';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

process.exitCode = await runVerifier(process.argv.slice(2), {
  output: {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
  },
  checkingProgram: new URL(`./log/checking.worker.${extension}`, import.meta.url),
});
