// Preloaded into each measured server: reports to the harness, over the channel of its parent, how late its event loop is
// and how much of that its own work caused, and records CPU profiles on request.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { createHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

// A loop is late when its own work blocks it, and when the machine runs other programs. If a tick comes late after little
// processor time of this thread, its own work was not the cause; so the lesser of both times counts as its own work.
const TICK_MS = 2;
const held = createHistogram();
let asked = process.threadCpuUsage();
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
  /** Milliseconds beyond the timer's own resolution, since the previous request. */
  loop: () => {
    const beyond = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    const used = process.threadCpuUsage(asked);
    asked = process.threadCpuUsage();
    const seen = {
      used: (used.user + used.system) / 1000,
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
// The channel must not keep a server alive.
process.channel?.unref();
