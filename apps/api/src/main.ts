import { ConfigurationError, loadConfiguration } from '#libs/kernel';
import { createApp } from './app.configure.js';

async function start(): Promise<void> {
  const configuration = loadConfiguration();
  const app = await createApp(configuration);
  await app.listen(configuration.http.port, configuration.http.host);
  process.send?.({ type: 'ready', url: await app.getUrl() });
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigurationError ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
