const LATE_FACTOR = 5;

export interface StepDuration {
  readonly usualSeconds: number;
  /** What a slow step may be waiting for. */
  readonly slow: string;
}

/** One line for the person at the terminal, in the form that the launcher uses as well. */
export function say(line: string): void {
  console.log(`veritrail: ${line}`);
}

/**
 * Runs one step of a start: announces it with the seconds it usually takes, reports when it has run for 5, 10, 20 …
 * times as long, and ends with how long it took and what `outcome` adds, or with a failure when that is undefined. The
 * launcher has the same in plain JavaScript.
 */
export async function step<T>(
  name: string,
  { usualSeconds, slow }: StepDuration,
  work: () => Promise<T>,
  outcome: (result: T) => string | undefined = () => '',
): Promise<T> {
  const begin = performance.now();
  const seconds = (): string => ((performance.now() - begin) / 1000).toFixed(1);
  say(`${name}: usually about ${usualSeconds} s`);
  let late: NodeJS.Timeout | undefined;
  const reportIn = (delay: number): void => {
    late = setTimeout(() => {
      say(`${name}: still running after ${seconds()} s. ${slow}`);
      // Doubles the time between two reports.
      reportIn(performance.now() - begin);
    }, delay);
  };
  reportIn(usualSeconds * LATE_FACTOR * 1000);
  try {
    const result = await work();
    const added = outcome(result);
    if (added === undefined) say(`${name}: failed after ${seconds()} s`);
    else say(`${name}: done in ${seconds()} s${added}`);
    return result;
  } finally {
    clearTimeout(late);
  }
}
