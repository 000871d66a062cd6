// Outlives the run that started it. When its standard input ends, because the run finished or was killed, it removes
// everything that the run left behind.
import { basename } from 'node:path';
import { removeDatabases } from './external-server.mjs';
import { reap } from './run-directory.mjs';

const directory = process.argv[2];
process.stdin.resume();
process.stdin.once('close', () => void cleanUp());

async function cleanUp() {
  await removeDatabases(process.env.TEST_DATABASE_URL, basename(directory));
  await reap(directory);
}
