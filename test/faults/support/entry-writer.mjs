// Writes audited entries as fast as it can with the built product, until it is killed: entry-writer.mjs PRODUCT LEDGER
// Each entry carries a number; what the database has acknowledged goes to the ledger, a number a line. A file survives
// the process that wrote it.
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NestFactory } from '@nestjs/core';

const AT_ONCE = 4;
const [, , product, ledger] = process.argv;
const load = (library) => import(pathToFileURL(join(product, 'dist/libs', library, 'src/index.js')).href);
const { AuditModule } = await load('audit');
const { loadConfiguration } = await load('config');
const { Actor, AuditedExecution, AuditTrail } = await load('kernel');
const { ProcessModule } = await load('process');

class Writer {}
const context = await NestFactory.createApplicationContext(
  {
    module: Writer,
    imports: [ProcessModule.forProcess(loadConfiguration(), 'veritrail-writer'), AuditModule],
  },
  { logger: ['error'] },
);
const audited = context.get(AuditedExecution, { strict: false });
const trail = context.get(AuditTrail, { strict: false });
const life = randomUUID();
let written = 0;

async function writeOn() {
  for (;;) {
    const number = `${life}/${(written += 1)}`;
    const work = async () => trail.with({ number });
    try {
      await audited.run('document.expired', Actor.system('writer'), work);
      appendFileSync(ledger, `${number}\n`);
    } catch {
      // Not acknowledged: it may be there, and need not.
    }
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, writeOn));
