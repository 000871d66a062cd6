// Writes audited entries as fast as possible with the built product, until it is killed: entry-writer.mjs PRODUCT LEDGER
// Each entry has a number. Numbers that the database has acknowledged are written to the ledger, one per line; the file
// survives the process.
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
const { PRODUCT } = await load('modules');
const { ProcessModule } = await load('process');

class Writer {}
const context = await NestFactory.createApplicationContext(
  {
    module: Writer,
    imports: [ProcessModule.forProcess(loadConfiguration(PRODUCT.sections), 'veritrail-writer'), AuditModule],
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
    const work = async () => trail.addDetails({ number });
    try {
      await audited.run('document.expired', Actor.system('writer'), work);
      appendFileSync(ledger, `${number}\n`);
    } catch {
      // Not acknowledged: the entry may or may not exist.
    }
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, writeOn));
