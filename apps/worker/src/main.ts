import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ProcessLifecycle, startProcess } from '#libs/process';
import { WorkerProcessModule } from './worker-process.module.js';

void startProcess('worker', async (configuration, logger) => {
  let worker: INestApplicationContext | null = null;
  new ProcessLifecycle(logger, async () => worker?.close()).watch();
  worker = await NestFactory.createApplicationContext(WorkerProcessModule.forProcess(configuration), {
    abortOnError: false,
    logger,
  });
  logger.log('The worker is running');
});
