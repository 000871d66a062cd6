import { runVerifier } from '../../apps/audit-verifier/src/verifier-program.js';
import { runReconcile } from '../../apps/reconcile/src/reconcile-program.js';
import { type Output } from '#libs/log-check';

/** The output of a program and its exit code. */
export interface VerifierRun {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Runs audit-verifier with these arguments, in this thread. */
export async function verifier(...args: string[]): Promise<VerifierRun> {
  return runWith(async (output) => runVerifier(args, { output, rangeWorker: null }));
}

/** Runs reconcile with these arguments. */
export async function reconcile(...args: string[]): Promise<VerifierRun> {
  return runWith(async (output) => runReconcile(args, output));
}

async function runWith(program: (output: Output) => Promise<number>): Promise<VerifierRun> {
  const [out, errors]: [string[], string[]] = [[], []];
  const code = await program({ out: (line) => out.push(line), error: (line) => errors.push(line) });
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}
