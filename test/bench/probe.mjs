// Preloaded into each server that is measured: tells the harness, over the channel it was started with, how late its
// event loop is, how much of that is its own doing, and records a profile of the processor while it is asked to.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { createHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

// A loop is late when it is held up, and when the machine gave the processor to others. A tick that comes late after
// little processor time of this thread was not held up by us; so the lesser of both is what the thread itself did.
const TICK_MS = 2;
const held = createHistogram();
let ticked = { at: performance.now(), cpu: process.threadCpuUsage() };
setInterval(() => {
  const now = { at: performance.now(), cpu: process.threadCpuUsage() };
  const late = now.at - ticked.at - TICK_MS;
  const used = (now.cpu.user + now.cpu.system - ticked.cpu.user - ticked.cpu.system) / 1000;
  held.record(Math.max(1, Math.round(Math.min(late, used) * 1000)));
  ticked = now;
}, TICK_MS).unref();

const session = new Session();

const answers = {
  /** Milliseconds beyond the timer's own resolution, since the last time somebody asked. */
  loop: () => {
    const beyond = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    const seen = {
      p50: beyond(delay.percentile(50)),
      p99: beyond(delay.percentile(99)),
      max: beyond(delay.max),
      held: held.max / 1000,
    };
    delay.reset();
    held.reset();
    return seen;
  },
  profile: async () => {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    return null;
  },
  profiled: async ({ file }) => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    writeFileSync(file, JSON.stringify(profile));
    return file;
  },
};

async function reply(message) {
  const answer = answers[message?.bench];
  if (answer) process.send({ bench: message.bench, value: await answer(message) });
}

process.on('message', (message) => void reply(message));
// The channel must not keep a server alive that wants to end.
process.channel?.unref();
