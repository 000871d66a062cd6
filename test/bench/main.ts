import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { WrongAnswersError } from './drive.js';
import { API_MAIN, Harness } from './harness.js';
import { type Measured, Measurement } from './measure.js';
import { type BenchOptions, readOptions } from './options.js';
import { loadAverage } from './proc.js';
import { byFunction, byLayer, readProfile } from './profile.js';
import { SCENARIOS } from './scenarios/index.js';
import { profileTable, resultTable } from './table.js';

const say = (line: string): void => console.error(`bench: ${line}`);

async function run(options: BenchOptions): Promise<void> {
  if (!existsSync(API_MAIN)) throw new Error('The product is not built: start this with npm run bench');
  const harness = await Harness.open(options.cache, say);
  say(`${harness.layout.description}; load average ${loadAverage()}`);
  const results: Measured[] = [];
  const profiles: string[] = [];
  try {
    const { world, servers } = await harness.stage(options.documents);
    for (const scenario of SCENARIOS.filter(({ name }) => options.scenarios.includes(name))) {
      say(scenario.title);
      try {
        const measurement = await Measurement.prepare(scenario, world, servers, harness.cluster.pid);
        try {
          results.push(await measurement.rounds(options));
          if (options.profile) profiles.push(await profileOf(measurement, scenario.name, options));
        } finally {
          await measurement.finish();
        }
      } catch (error) {
        // The others are worth having all the same; what failed has no figures.
        if (!(error instanceof WrongAnswersError)) throw error;
        process.exitCode = 1;
        console.error(`bench: ${scenario.title}: NO RESULT: ${error.message}`);
      }
    }
  } finally {
    console.log([resultTable(results), ...profiles].join('\n\n'));
    await harness.close();
  }
}

async function profileOf(measurement: Measurement, name: string, options: BenchOptions): Promise<string> {
  const folder = join(options.cache, 'profiles');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.cpuprofile`);
  const requests = await measurement.profiled(options.seconds, file);
  const profile = readProfile(file);
  return profileTable(name, requests, byLayer(profile), byFunction(profile));
}

try {
  await run(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
