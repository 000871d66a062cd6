import { parseArgs } from 'node:util';
import { sealing } from './experiments/sealing.js';
import { isMet, targetText } from './finding.js';
import { Harness } from './harness.js';

// The effect of sealing on concurrent decisions, and how long an entry waits for its checkpoint:
//   node apps/launcher/launch.mjs run node --conditions=veritrail-source \
//     --import ./test/support/typescript-hooks.mjs test/bench/sealing.ts --rounds 5 --seconds 3
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    cache: { type: 'string', default: 'data/bench' },
  },
});

const harness = await Harness.open(values.cache, (line) => console.error(`bench: ${line}`));
try {
  const effort = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
  for (const finding of await sealing(harness, effort)) {
    const verdict = isMet(finding) === false ? 'MISSED' : 'met';
    console.log(
      `${finding.what}: ${finding.seen} ${finding.unit} (wanted ${targetText(finding)}: ${verdict}); ${finding.how}`,
    );
    if (isMet(finding) === false) process.exitCode = 1;
  }
} finally {
  await harness.close();
}
