import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useApi } from '../support/describe-api.js';
import { decideOn, type DocumentBody, downloadAs, stored, uploadDocument } from '../support/documents.js';
import { newLogKey } from '../support/edge.js';
import { bytesOf } from '../support/log-artefacts.js';
import { unzip } from '../support/unzip.js';

const missing = ['openssl', 'sha256sum', 'basenc'].filter((tool) => spawnSync(tool, ['--help']).error);
if (missing.length > 0) process.stderr.write(`Skipped: checks with OpenSSL need ${missing.join(', ')}\n`);

(missing.length > 0 ? describe.skip : describe)('a decision with a running sequencer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'veritrail-sealed-'));
  const api = useApi({
    environment: {
      WORKER_IN_PROCESS: 'true',
      LOG_SIGNING_KEY: newLogKey(),
      LOG_ORIGIN: 'log.example.com/e2e',
      LOG_ANCHOR_DIR: join(folder, 'anchor'),
    },
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has a receipt and a bundle that OpenSSL verifies with the key that the log publishes', async () => {
    const owner = api.as('user');
    const { body } = await uploadDocument(owner).expect(201);
    const { id } = body as DocumentBody;
    await downloadAs(api.as('verifier'), { id });
    const decided = await decideOn(body as DocumentBody, api.as('verifier'), 'verify', {})
      .set('prefer', 'wait=10')
      .expect(200);
    const [, receipt = ''] = /^<(.+)>; rel="describedby"/.exec(String(decided.headers['link'])) ?? [];
    const [key] = await stored<{ vkey: string }>(api, 'SELECT vkey FROM audit.log_keys');
    const vkey = key?.vkey ?? '';
    expect(vkey).toMatch(/^log[.]example[.]com\/e2e[+]/);

    writeFileSync(join(folder, 'receipt'), await bytesOf(owner, receipt));
    writeFileSync(join(folder, 'leaf'), await bytesOf(owner, receipt.replace(/receipt$/, 'leaf')));
    await unzip(await bytesOf(owner, `/v1/documents/${id}/evidence`), folder);
    const check = (name: string, ...args: string[]): string =>
      execFileSync('sh', [`test/openssl/verify-${name}.sh`, ...args, vkey], { encoding: 'utf8' });
    expect(check('receipt', join(folder, 'receipt'), join(folder, 'leaf'))).toMatch(
      /^sound: leaf \d+ of \d+/,
    );
    expect(check('bundle', join(folder, `evidence-${id}`))).toMatch(/^sound: document .*, 4 leaves of \d+/);
  });
});
