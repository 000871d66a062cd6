import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type Configuration,
  describeStartFailure,
  loadConfiguration,
  ProcessLifecycle,
  ProcessLogger,
} from '#libs/kernel';
import { createApp } from './app.configure.js';
import { drainAndClose } from './shutdown/drain.js';

async function start(configuration: Configuration): Promise<void> {
  const logger = ProcessLogger.create(configuration, 'api');
  let app: NestFastifyApplication | null = null;
  new ProcessLifecycle(logger, async () => {
    if (app) await drainAndClose(app);
  }).watch();
  try {
    app = await createApp(configuration, logger);
    await app.listen(configuration.http.port, configuration.http.host);
  } catch (error) {
    fail(error, configuration, logger);
  }
  const url = await app.getUrl();
  logger.log(`Listening on ${url}`);
  // The launcher waits for this; without one above us there is nobody to tell.
  process.send?.({ type: 'ready', url });
}

function fail(error: unknown, configuration: Configuration | null, logger?: ProcessLogger): never {
  const { text, exitCode, understood } = describeStartFailure(error, configuration);
  if (!understood) logger?.error({ message: 'The start failed', err: error });
  process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}

function readConfiguration(): Configuration {
  try {
    return loadConfiguration();
  } catch (error) {
    return fail(error, null);
  }
}

void start(readConfiguration());
