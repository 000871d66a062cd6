import { say } from './project.mjs';

const LATE_FACTOR = 2;

/**
 * Runs one step of a start: announces it with the seconds it usually takes, reports when it has run for 2, 4, 8 … times as
 * long, and ends with how long it took. `slow` says what a slow step may be waiting for. Whole lines only, so that
 * a log file reads like the terminal.
 */
export async function step(name, { usual, slow }, work) {
  const begin = performance.now();
  const seconds = () => Math.max(1, Math.round((performance.now() - begin) / 1000));
  say(`${name}: usually about ${usual} s`);
  let late;
  const reportIn = (delay) => {
    late = setTimeout(() => {
      say(`${name}: still running after ${seconds()} s. ${slow}`);
      // As long again as it has run so far.
      reportIn(performance.now() - begin);
    }, delay);
  };
  reportIn(usual * LATE_FACTOR * 1000);
  try {
    const result = await work();
    say(`${name}: done in ${seconds()} s`);
    return result;
  } finally {
    clearTimeout(late);
  }
}
