import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heartbeatIsFresh } from './heartbeat.js';

describe('the heartbeat of a worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'veritrail-heartbeat-'));
  const file = join(folder, 'alive');

  afterAll(() => rmSync(folder, { recursive: true }));

  it('is missing before the first beat', () => {
    expect(heartbeatIsFresh(file)).toBe(false);
  });

  it('counts for half a minute', () => {
    const beat = new Date();
    writeFileSync(file, '');
    utimesSync(file, beat, beat);
    expect(heartbeatIsFresh(file, beat.getTime() + 29_000)).toBe(true);
    expect(heartbeatIsFresh(file, beat.getTime() + 31_000)).toBe(false);
  });
});
