// Outlives the experiment that started it. When its standard input ends, because the experiment finished or was killed, it
// kills every process, unmounts every file system and removes every file of that experiment.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const directory = process.argv[2];
process.stdin.resume();
process.stdin.once('close', () => void cleanUp());

async function cleanUp() {
  for (let attempt = 0; attempt < 200 && existsSync(directory); attempt += 1) {
    for (const { pid, started } of registered()) if (startOf(pid) === started) end(pid, 'SIGKILL');
    for (const pid of postmasters()) end(pid, 'SIGQUIT');
    try {
      for (const mount of mounts()) execFileSync('umount', [mount], { stdio: 'ignore' });
      rmSync(directory, { recursive: true, force: true });
    } catch {
      await sleep(25);
    }
  }
}

function registered() {
  const path = join(directory, 'processes');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The postmasters of every database in the folder. They are not child processes, so they are found by their pid files. */
function postmasters() {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(directory, entry.name, 'postgres'))
    .flatMap((data) => {
      try {
        const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data) ? [pid] : [];
      } catch {
        return [];
      }
    });
}

function mounts() {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${directory}/`));
}

function startOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[19];
  } catch {
    return undefined;
  }
}

function end(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
