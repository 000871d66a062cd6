import { runVerifier } from '../../apps/audit-verifier/src/verifier-program.js';

/** What the program said and how it ended. */
export interface VerifierRun {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Runs the verifier with these arguments, in this thread. */
export async function verifier(...args: string[]): Promise<VerifierRun> {
  const [out, errors]: [string[], string[]] = [[], []];
  const output = { out: (line: string) => out.push(line), error: (line: string) => errors.push(line) };
  const code = await runVerifier(args, { output, checkingProgram: null });
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}
