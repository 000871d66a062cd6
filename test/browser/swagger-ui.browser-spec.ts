import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser } from 'playwright-core';
import { startApi, type TestApi } from '../support/app.js';
import { pdfBytes } from '../support/pdf.js';
import { CHROMIUM, launchBrowser } from './browser.js';
import { SwaggerPage } from './swagger-page.js';

const MIB = 1024 ** 2;

if (CHROMIUM === null) {
  process.stderr.write('Skipped: there is no Chromium on this machine (Debian: apt-get install chromium)\n');
}

(CHROMIUM === null ? describe.skip : describe)('Swagger UI', () => {
  const folder = mkdtempSync(join(tmpdir(), 'veritrail-browser-'));
  let api: TestApi;
  let browser: Browser;
  beforeAll(async () => {
    [api, browser] = await Promise.all([startApi(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    process.stdout.write(`Screenshots: ${folder}\n`);
  });

  it('leads from the login to the audit entry of a verification, without leaving the page', async () => {
    const pdf = pdfBytes(3 * MIB);
    const sha256 = createHash('sha256').update(pdf).digest('hex');
    const file = join(folder, 'passport.pdf');
    writeFileSync(file, pdf);
    const ui = await SwaggerPage.open(
      await browser.newPage({ viewport: { width: 1280, height: 1600 } }),
      api.url,
      folder,
    );
    await ui.picture('start');
    const signIn = async (role: 'user' | 'verifier' | 'auditor'): Promise<string> => {
      const { email, password } = api.as(role).account!;
      const { status, body } = await (
        await (await ui.operation('login')).body({ email, password })
      ).execute();
      expect(status).toBe(200);
      return String(body['accessToken']);
    };

    await signIn('user');
    await ui.says(`Signed in as ${api.as('user').account?.email} (user)`);
    await ui.picture('signed-in');

    const upload = await ui.operation('uploadDocument');
    await upload.file('file', file);
    await ui.picture('upload');
    const uploaded = await upload.execute();
    await ui.picture('uploaded');
    expect(uploaded).toMatchObject({ status: 201, body: { status: 'pending', sha256, size: pdf.length } });
    const id = String(uploaded.body['id']);

    // A token from another source, entered in the dialogue.
    const verifier = await api.signIn(api.as('verifier').account!);
    await ui.authorize(verifier.accessToken!);
    await ui.says(`Signed in as ${verifier.account?.email} (verifier)`);
    const claim = await (await ui.operation('claimDocument')).parameter('id', id);
    expect(await claim.execute()).toMatchObject({ status: 200, body: { status: 'in_review' } });
    await ui.picture('claimed');
    // The page shows a downloaded file as a link, not as JSON.
    await verifier.get(`/v1/documents/${id}/content`).responseType('blob').expect(200);
    const verify = await (await ui.operation('verifyDocument')).parameter('id', id);
    expect(await verify.execute()).toMatchObject({
      status: 200,
      body: { status: 'verified', decision: { outcome: 'verified', versionSha256: sha256 } },
    });
    await ui.picture('verified');

    await ui.reload();
    expect(await (await ui.operation('getMe')).execute()).toMatchObject({
      status: 200,
      body: { id: api.as('verifier').account?.id },
    });
    await ui.picture('reloaded');

    // The session ends elsewhere: the page explains that instead of showing only a 401.
    await verifier.post('/v1/auth/logout').expect(204);
    expect(await (await ui.operation('getMe')).execute()).toMatchObject({ status: 401 });
    await ui.says('has expired or was revoked');
    await signIn('user');

    const history = await (await ui.operation('getHistory')).parameter('id', id);
    expect(await history.execute()).toMatchObject({
      status: 200,
      body: { items: [{ action: 'verified' }, { action: 'claimed' }, { action: 'uploaded' }] },
    });
    await ui.picture('history');

    await signIn('auditor');
    const entries = await (await ui.operation('listAuditEntries')).parameter('targetId', id);
    const shown = await entries.execute();
    await ui.picture('audit');
    expect(shown).toMatchObject({
      status: 200,
      body: { items: [{ action: 'document.verified' }, {}, {}, {}, {}] },
    });

    expect(ui.complaints).toEqual([]);
  });
});
