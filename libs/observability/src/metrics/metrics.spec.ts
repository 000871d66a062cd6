import { StoppedWork } from './stopped-work.js';
import { Metrics } from './metrics.js';

async function linesOf(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('Metrics', () => {
  it('reports a counter as 0 as soon as its series is created', async () => {
    const metrics = new Metrics();
    const count = metrics
      .counter({ name: 'tries_total', help: 'Tries.', labels: ['kind'] })
      .of({ kind: 'a' });
    expect(await linesOf(metrics)).toEqual(['tries_total{kind="a"} 0']);
    count.add();
    count.add(2);
    expect(await linesOf(metrics)).toEqual(['tries_total{kind="a"} 3']);
  });

  it('counts observations in the buckets of a histogram', async () => {
    const metrics = new Metrics();
    const seconds = metrics.histogram({ name: 'wait_seconds', help: 'Waiting.', buckets: [0.1, 1] }).of({});
    for (const value of [0.05, 0.5, 5]) seconds.observe(value);
    expect(await linesOf(metrics)).toEqual([
      'wait_seconds_bucket{le="0.1"} 1',
      'wait_seconds_bucket{le="1"} 2',
      'wait_seconds_bucket{le="+Inf"} 3',
      'wait_seconds_sum 5.55',
      'wait_seconds_count 3',
    ]);
  });

  it('reads watched values at each scrape, and drops series that no longer exist', async () => {
    const metrics = new Metrics();
    const rooms = new Map([['a', 1]]);
    metrics.watch({ name: 'rooms', help: 'Rooms.', labels: ['room'] }, () =>
      [...rooms].map(([room, value]) => [{ room }, value] as const),
    );
    metrics.watchTotal({ name: 'doors_total', help: 'Doors.' }, () => [[{}, 7]]);
    expect(await linesOf(metrics)).toEqual(['rooms{room="a"} 1', 'doors_total 7']);
    rooms.clear();
    rooms.set('b', 2);
    expect(await linesOf(metrics)).toEqual(['rooms{room="b"} 2', 'doors_total 7']);
  });

  it('reports hits, misses and size per cache', async () => {
    const metrics = new Metrics();
    const [first, second] = [metrics.cache('first', () => 5), metrics.cache('second', () => 0)];
    first.hit();
    first.hit();
    second.miss();
    expect(await linesOf(metrics)).toEqual([
      'veritrail_cache_entries{cache="first"} 5',
      'veritrail_cache_entries{cache="second"} 0',
      'veritrail_cache_lookups_total{cache="first",result="hit"} 2',
      'veritrail_cache_lookups_total{cache="first",result="miss"} 0',
      'veritrail_cache_lookups_total{cache="second",result="hit"} 0',
      'veritrail_cache_lookups_total{cache="second",result="miss"} 1',
    ]);
  });

  it('refuses a second declaration of a name', () => {
    const metrics = new Metrics();
    metrics.cache('one', () => 0);
    metrics.gauge({ name: 'level', help: 'A level.' });
    expect(() => metrics.gauge({ name: 'level', help: 'Another.' })).toThrow('already been registered');
    expect(() => metrics.cache('one', () => 0)).toThrow('There is a cache one already');
  });
});

describe('StoppedWork', () => {
  it('reports stopped work and its reason until it resumes', async () => {
    const metrics = new Metrics();
    const stopped = new StoppedWork(metrics);
    stopped.register('sealing');
    expect(await linesOf(metrics)).toEqual(['veritrail_work_stopped{work="sealing"} 0']);
    stopped.stop('sealing', 'the tree does not fit the log');
    stopped.register('sealing');
    expect([...stopped.reasons]).toEqual([['sealing', 'the tree does not fit the log']]);
    expect(await linesOf(metrics)).toEqual(['veritrail_work_stopped{work="sealing"} 1']);
    stopped.resume('sealing');
    expect(stopped.reasons.size).toBe(0);
    expect(await linesOf(metrics)).toEqual(['veritrail_work_stopped{work="sealing"} 0']);
  });
});
