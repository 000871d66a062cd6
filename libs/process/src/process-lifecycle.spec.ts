import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessLifecycle } from './process-lifecycle.js';

class Host extends EventEmitter {
  connected = true;
  exitCode: number | undefined = undefined;
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

const quiet = { log: () => undefined, warn: () => undefined, error: () => undefined };

function watch(stop: () => Promise<void>): Host {
  const host = new Host();
  new ProcessLifecycle(quiet, stop, host as unknown as NodeJS.Process).watch();
  return host;
}

describe('the life of a process', () => {
  it.each(['SIGTERM', 'SIGINT', 'disconnect'])('ends well after %s', async (event) => {
    let stops = 0;
    const host = watch(async () => void stops++);
    host.emit(event, event);
    await sleep(5);
    expect([stops, host.exits]).toEqual([1, [0]]);
  });

  it('counts the same signal within half a second once', async () => {
    const host = watch(() => new Promise(() => undefined));
    host.emit('SIGINT', 'SIGINT');
    host.emit('SIGINT', 'SIGINT');
    host.emit('SIGTERM', 'SIGTERM');
    await sleep(5);
    expect(host.exits).toEqual([]);
    await sleep(550);
    host.emit('SIGINT', 'SIGINT');
    expect(host.exits).toEqual([1]);
  });

  it('exits 1 when stopping fails', async () => {
    const host = watch(() => Promise.reject(new Error('stuck')));
    host.emit('SIGTERM', 'SIGTERM');
    await sleep(5);
    expect(host.exits).toEqual([1]);
  });

  it.each(['uncaughtException', 'unhandledRejection'])('stops and exits 1 after an %s', async (event) => {
    let stops = 0;
    const host = watch(async () => void stops++);
    host.emit(event, new Error('defect'));
    await sleep(5);
    expect([stops, host.exits]).toEqual([1, [1]]);
  });

  it('does not call a stop a success when a defect came in between', async () => {
    const host = watch(() => sleep(20));
    host.emit('SIGTERM', 'SIGTERM');
    host.emit('unhandledRejection', new Error('defect'));
    await sleep(50);
    expect(host.exits).toEqual([1]);
  });
});
