import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios/index.js';

export interface BenchOptions {
  readonly documents: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly scenarios: readonly string[];
  readonly cache: string;
  readonly profile: boolean;
  /** Sizes besides the smallest and the default one. */
  readonly growth: readonly number[];
  /** Whether everything is measured, so that the report may be written to the documentation. */
  readonly complete: boolean;
  readonly write: boolean;
  /** The command line, for the report. */
  readonly command: string;
}

export const USAGE = `npm run bench -- [options]

  --rows N            documents and audit entries in the database (1000000; 20000 with --quick)
  --rounds N          measured rounds of each server (5; 3 with --quick)
  --seconds N         of one round (3; 1 with --quick)
  --scenario A,B      only these: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --quick             a small database, few short rounds of the scenarios alone: a look, not a result
  --only-scenarios    no start-up, growth and second process
  --growth            also with ten million documents, which takes long to make the first time
  --write             put the result into docs/performance.md; a complete run does so by itself
  --profile           also record where the API spends its time in each scenario
  --cache DIR         where the seeded database is kept between runs (data/bench)`;

/** Throws an error with the usage for unknown or invalid options. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      scenario: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      'only-scenarios': { type: 'boolean', default: false },
      cache: { type: 'string', default: 'data/bench' },
    },
  });
  const known = SCENARIOS.map(({ name }) => name);
  const scenarios = values.scenario?.split(',') ?? known;
  const unknown = scenarios.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`There is no scenario ${unknown.join(', ')}\n\n${USAGE}`);
  const { quick, profile, cache } = values;
  const complete = values.scenario === undefined && !values['only-scenarios'] && !quick;
  return {
    documents: whole('rows', values.rows, quick ? 20_000 : 1_000_000),
    rounds: whole('rounds', values.rounds, quick ? 3 : 5),
    seconds: whole('seconds', values.seconds, quick ? 1 : 3),
    scenarios,
    cache,
    profile,
    growth: values.growth ? [10_000_000] : [],
    complete,
    write: values.write || (complete && values.rows === undefined),
    command: commandOf(args),
  };
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} must be a whole number above 0\n\n${USAGE}`);
  return value;
}

/** Without the path of the cache, which concerns only this machine. */
function commandOf(args: readonly string[]): string {
  const shown = args.filter((word, index) => !word.startsWith('--cache') && args[index - 1] !== '--cache');
  return ['npm run bench', ...(shown.length > 0 ? ['--', ...shown] : [])].join(' ');
}
