import { readOptions } from './options.js';
import { toMarkdown, writeReport } from './report.js';
import { BenchRun } from './run.js';

const say = (line: string): void => console.error(`bench: ${line}`);

try {
  const options = readOptions(process.argv.slice(2));
  const report = await new BenchRun(options, say).run();
  console.log(toMarkdown(report));
  if (options.write) await writeReport(report, 'docs/performance.md', 'docs/performance.json');
  if (report.failures.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
