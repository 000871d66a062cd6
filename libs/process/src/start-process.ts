import { type Configuration, loadConfiguration } from '#libs/config';
import { ProcessLogger } from '#libs/observability';
import { describeStartFailure } from './start-failure.js';

/**
 * Reads the configuration and runs `start` with it. A failure is said on standard error in words for an operator, is in
 * the log as well when it is not understood, and ends the process with an exit code that tells the two kinds apart.
 */
export async function startProcess(
  name: string,
  start: (configuration: Configuration, logger: ProcessLogger) => Promise<void>,
): Promise<void> {
  let configuration: Configuration | null = null;
  let logger: ProcessLogger | null = null;
  try {
    configuration = loadConfiguration();
    logger = ProcessLogger.create(configuration, name);
    await start(configuration, logger);
  } catch (error) {
    const { text, exitCode, understood } = describeStartFailure(error, configuration);
    if (!understood) logger?.error({ message: 'The start failed', err: error });
    process.stderr.write(`${text}\n`);
    process.exit(exitCode);
  }
}
