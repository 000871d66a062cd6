import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type Configuration,
  describeStartFailure,
  loadConfiguration,
  ProcessLifecycle,
  ProcessLogger,
} from '#libs/kernel';
import { WorkerProcessModule } from './worker-process.module.js';

async function start(configuration: Configuration): Promise<void> {
  const logger = ProcessLogger.create(configuration, 'worker');
  let worker: INestApplicationContext | null = null;
  new ProcessLifecycle(logger, async () => worker?.close()).watch();
  try {
    worker = await NestFactory.createApplicationContext(WorkerProcessModule.forProcess(configuration), {
      abortOnError: false,
      logger,
    });
    logger.log('Working');
  } catch (error) {
    fail(error, configuration, logger);
  }
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
