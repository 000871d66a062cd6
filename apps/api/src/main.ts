import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProcessLifecycle, startProcess } from '#libs/process';
import { createApp } from './app.configure.js';
import { drainAndClose } from './http/drain.js';

void startProcess('api', async (configuration, logger) => {
  let app: NestFastifyApplication | null = null;
  new ProcessLifecycle(logger, async () => {
    if (app) await drainAndClose(app);
  }).watch();
  app = await createApp(configuration, logger);
  await app.listen(configuration.http.port, configuration.http.host);
  const url = await app.getUrl();
  logger.log(`Listening on ${url}`);
  // The launcher waits for this message. `send` exists only in a child process with an IPC channel.
  process.send?.({ type: 'ready', url });
});
