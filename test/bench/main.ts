import { readOptions } from './options.js';
import { toMarkdown, writeReport } from './report.js';
import { BenchRun } from './run.js';

const say = (line: string): void => console.error(`bench: ${line}`);

try {
  const options = readOptions(process.argv.slice(2));
  const bench = new BenchRun(options, say);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void bench.abandon().finally(() => process.exit(130)));
  }
  const report = await bench.run();
  console.log([toMarkdown(report), ...report.profiles].join('\n\n'));
  if (options.write) await writeReport(report, 'docs/performance.md', 'docs/performance.json');
  if (report.failures.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
