import { createHash } from 'node:crypto';
import { get as httpGet } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, idOf } from '../support/api-client.js';
import { type TestApi } from '../support/app.js';
import { duringTests } from '../support/during-tests.js';
import { decideOn, decisionsOf, type DocumentBody, stored, uploadDocument } from '../support/documents.js';
import { pdfBytes, SMALLEST_PDF } from '../support/pdf.js';
import { startTwoApis } from '../support/two-apis.js';

const MIB = 1024 ** 2;

let api: TestApi;
let owner: ApiClient;
let verifier: ApiClient;
let elsewhere: ApiClient;
let document: DocumentBody;

const apis = duringTests(() => startTwoApis());

beforeAll(() => {
  api = apis.here;
  owner = api.as('user');
  verifier = api.as('verifier');
  elsewhere = apis.there.anonymous.withToken(verifier.accessToken);
});
beforeEach(async () => {
  document = (await uploadDocument(owner).expect(201)).body as DocumentBody;
});

const pathOf = ({ id }: DocumentBody): string => `/v1/documents/${id}/content`;
const download = (client: ApiClient, path = pathOf(document)) => client.get(path).responseType('blob');

interface DeliveryEntry {
  readonly actor_id: string;
  readonly target_version: number;
  readonly request_id: string;
  readonly changes: object;
}

const deliveriesOf = ({ id }: DocumentBody): Promise<DeliveryEntry[]> =>
  stored(
    api,
    `SELECT actor_id, target_version, request_id, changes FROM audit.entries
     WHERE target_id = $1 AND action = 'document.content_delivered' ORDER BY id`,
    [id],
  );

async function expectUnread(client = verifier): Promise<void> {
  for (const [action, body] of [
    ['verify', {}],
    ['reject', { reasonCode: 'duplicate' }],
    ['request-changes', { reasonCode: 'unreadable' }],
  ] as const) {
    const refused = await decideOn(document, client, action, body).expect(409);
    expect(refused.body).toMatchObject({
      code: 'CONTENT_NOT_READ',
      currentStatus: 'pending',
      currentVersionSha256: document.sha256,
      legalActions: ['claim'],
    });
  }
  expect(await decisionsOf(api, document.id)).toEqual([]);
  const [refusal] = await stored<{ n: number }>(
    api,
    `SELECT count(*)::int AS n FROM audit.entries WHERE target_id = $1 AND outcome = 'failed'
       AND reason_code = 'CONTENT_NOT_READ' AND actor_id = $2`,
    [document.id, idOf(client)],
  );
  expect(refusal!.n).toBeGreaterThanOrEqual(3);
}

describe('a reviewer decides only about bytes that were delivered to them', () => {
  it('in one complete response, which is recorded before the client has the last byte', async () => {
    await expectUnread();
    const { headers } = await download(verifier).expect(200);
    await decideOn(document, elsewhere, 'verify').expect(200);
    expect(await deliveriesOf(document)).toMatchObject([
      {
        actor_id: idOf(verifier),
        target_version: 1,
        request_id: headers['x-request-id'],
        changes: { before: {}, after: { deliveredTo: idOf(verifier), deliveredSha256: document.sha256 } },
      },
    ]);
  });

  it('and not to another reviewer', async () => {
    await download(verifier).expect(200);
    await expectUnread(api.as('admin'));
  });

  it('also with a claim of their own', async () => {
    await verifier.post(`/v1/documents/${document.id}/claim`).expect(200);
    const { body } = await verifier.post(`/v1/documents/${document.id}/verify`).send({}).expect(409);
    expect(body).toMatchObject({ code: 'CONTENT_NOT_READ', legalActions: ['claim', 'release'] });
    await download(verifier).expect(200);
    await verifier.post(`/v1/documents/${document.id}/verify`).send({}).expect(200);
  });

  it('which HEAD, 304 and a part of the file are not', async () => {
    await verifier.head(pathOf(document)).expect(200);
    await download(verifier).set('if-none-match', `"${document.sha256}"`).expect(304);
    await download(verifier).set('range', 'bytes=0-0').expect(206);
    await download(verifier).set('range', 'bytes=1-').expect(206);
    const other = (await uploadDocument(owner).expect(201)).body as DocumentBody;
    await download(verifier, pathOf(other)).set('range', 'bytes=1-').expect(206);
    await decideOn(document, verifier, 'verify').expect(200);
    document = other;
    await expectUnread();
  });

  it('in ranges that together cover the file, in any order and with overlaps, recorded once', async () => {
    const { size } = (await verifier.get(`/v1/documents/${document.id}`).expect(200)).body as {
      size: number;
    };
    for (const range of [`${size - 10}-`, '50-99', '0-60', `90-${size - 11}`]) {
      await expectUnread();
      expect(await deliveriesOf(document)).toEqual([]);
      await download(verifier).set('range', `bytes=${range}`).expect(206);
    }
    await download(verifier).expect(200);
    await decideOn(document, verifier, 'verify').expect(200);
    expect(await deliveriesOf(document)).toHaveLength(1);
  });

  it('which an interrupted transfer is not', async () => {
    const bytes = pdfBytes(24 * MIB);
    const uploaded = owner.post('/v1/documents').field('title', 'Large').field('type', 'passport');
    document = (await uploaded.attach('file', bytes, 'large.pdf').expect(201)).body as DocumentBody;
    await new Promise<void>((resolve) => {
      const headers = { authorization: `Bearer ${verifier.accessToken}` };
      httpGet(`${api.url}${pathOf(document)}`, { headers }, (response) => {
        response.once('data', () => response.destroy());
        response.once('close', resolve);
      });
    });
    await sleep(300);
    await expectUnread();
    const { body } = await download(verifier).expect(200);
    expect(
      createHash('sha256')
        .update(body as Buffer)
        .digest('hex'),
    ).toBe(document.sha256);
    await decideOn(document, verifier, 'verify').expect(200);
  });

  it('of the current version, and not of an earlier one', async () => {
    await download(verifier).expect(200);
    const added = owner.post(`/v1/documents/${document.id}/versions`);
    document = (await added.attach('file', pdfBytes(SMALLEST_PDF, 'second'), 'passport.pdf').expect(201))
      .body as DocumentBody;
    await download(verifier, `/v1/documents/${document.id}/versions/1/content`).expect(200);
    await expectUnread();
    await download(verifier, `/v1/documents/${document.id}/versions/2/content`).expect(200);
    await decideOn(document, verifier, 'verify').expect(200);
  });

  it('and the download of an owner is not recorded as a delivery', async () => {
    await download(owner).expect(200);
    expect(await deliveriesOf(document)).toEqual([]);
    expect(
      await stored(api, 'SELECT FROM documents.deliveries WHERE document_id = $1', [document.id]),
    ).toEqual([]);
  });

  it('and the whole file is sent even if its delivery cannot be recorded', async () => {
    await stored(api, 'REVOKE INSERT ON documents.deliveries FROM veritrail_app');
    const { body } = await download(verifier).expect(200);
    await stored(api, 'GRANT INSERT ON documents.deliveries TO veritrail_app');
    expect(
      createHash('sha256')
        .update(body as Buffer)
        .digest('hex'),
    ).toBe(document.sha256);
    await expectUnread();
  });
});

describe('the database', () => {
  const asApplication = async (statement: string): Promise<void> => {
    await stored(api, `SET ROLE veritrail_app; ${statement}`);
  };

  it('refuses a delivery without its audit entry, and a change of a recorded one', async () => {
    await expect(
      asApplication(
        `INSERT INTO documents.deliveries VALUES ('${document.id}', '${idOf(verifier)}', '\\x${document.sha256}',
           '{[0,9)}', now())`,
      ),
    ).rejects.toThrow(/no entry of this transaction/);
    await download(verifier).expect(200);
    await expect(
      asApplication(
        `UPDATE documents.deliveries SET delivered_at = now() WHERE document_id = '${document.id}'`,
      ),
    ).rejects.toThrow(/no entry of this transaction/);
    await expect(
      asApplication(`DELETE FROM documents.deliveries WHERE document_id = '${document.id}'`),
    ).rejects.toThrow(/permission denied/);
  });
});
