import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionContext } from '@nestjs/common';
import { ConflictError, UnavailableError } from '#libs/kernel';
import { defer, lastValueFrom } from 'rxjs';
import { PADDING_MS, PadResponseTimeInterceptor } from './pad-response-time.interceptor.js';

const ROUNDS = 20;
const interceptor = new PadResponseTimeInterceptor();

type Work = () => Promise<unknown>;
const atOnce: Work = () => Promise.resolve('done');
const later: Work = () => sleep(60, 'done');
const failed: Work = () => Promise.reject(new Error('planted'));
const unavailable: Work = () => Promise.reject(new UnavailableError());
const refused: Work = () => Promise.reject(new ConflictError());

/** The result of the work, or its error, and the time until it came out of the interceptor. */
async function run(work: Work): Promise<{ result: unknown; ms: number }> {
  const begun = performance.now();
  const handle = () => defer(work);
  const result = await lastValueFrom(interceptor.intercept({} as ExecutionContext, { handle })).catch(
    (error: unknown) => error,
  );
  return { result, ms: performance.now() - begun };
}

describe('an operation with a padded response time', () => {
  it.each([
    ['at once', atOnce, 'done'],
    ['later', later, 'done'],
    ['with a defect', failed, new Error('planted')],
    ['with a 5xx', unavailable, new UnavailableError()],
  ])('answers after one multiple when the work ends %s', async (_, work, expected) => {
    const { result, ms } = await run(work);
    expect(result).toEqual(expected);
    expect(ms).toBeGreaterThanOrEqual(PADDING_MS);
  });

  it('answers after the next multiple when the work took longer than one', async () => {
    const { ms } = await run(() => sleep(PADDING_MS + 20));
    expect(ms).toBeGreaterThanOrEqual(2 * PADDING_MS);
  });

  it('does not reveal how long the work took', async () => {
    let [long, short] = [Infinity, Infinity];
    // The minimum of several rounds: a single one may be delayed by load on the machine.
    for (let round = 0; round < ROUNDS && !(Math.abs(long - short) < 30); round += 1) {
      long = Math.min(long, (await run(later)).ms);
      short = Math.min(short, (await run(atOnce)).ms);
    }
    expect(Math.abs(long - short)).toBeLessThan(30);
  });

  it('does not delay a 4xx response', async () => {
    let least = Infinity;
    for (let round = 0; round < ROUNDS && least >= PADDING_MS / 2; round += 1) {
      const { result, ms } = await run(refused);
      expect(result).toBeInstanceOf(ConflictError);
      least = Math.min(least, ms);
    }
    expect(least).toBeLessThan(PADDING_MS / 2);
  });
});
