import { type Configuration, loadConfiguration } from '#libs/config';
import { ProcessLogger } from '#libs/observability';
import { describeStartFailure } from './start-failure.js';

/**
 * Reads the configuration and runs `start`. A failure is explained on standard error and ends the process; an unknown one
 * is also logged. The exit code distinguishes configuration errors from other failures.
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
