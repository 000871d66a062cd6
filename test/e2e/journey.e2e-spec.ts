import { createHash } from 'node:crypto';
import { describeApi } from '../support/describe-api.js';
import { pdfBytes } from '../support/pdf.js';

const MIB = 1024 ** 2;

interface Body {
  readonly items: ReadonlyArray<Record<string, unknown>>;
  readonly id: string;
  readonly sha256: string;
  readonly decision: { readonly id: string };
}

describeApi('the journey of a document', {}, (api) => {
  it('leads from the login to the audit entry of the verification', async () => {
    const pdf = pdfBytes(5 * MIB);
    const sha256 = createHash('sha256').update(pdf).digest('hex');
    const [owner, verifier, auditor] = [api.as('user'), api.as('verifier'), api.as('auditor')];

    const uploaded = await owner
      .post('/v1/documents')
      .set('idempotency-key', 'journey')
      .attach('file', pdf, 'Reisepass Müller.pdf')
      .field('title', 'Reisepass')
      .field('type', 'passport')
      .field('metadata', JSON.stringify({ country: 'DE' }))
      .expect(201);
    const { id } = uploaded.body as Body;
    expect(uploaded.headers['location']).toBe(`/v1/documents/${id}`);
    expect(uploaded.body).toMatchObject({
      ...{ status: 'pending', version: 1, sha256, size: pdf.length, mediaType: 'application/pdf' },
      ...{ ownerId: owner.account?.id, metadata: { country: 'DE' }, revision: 1 },
    });

    const claimed = await verifier.post(`/v1/documents/${id}/claim`).send({}).expect(200);
    expect(claimed.body).toMatchObject({ status: 'in_review', claim: { reviewerId: verifier.account?.id } });

    const seen = await verifier.get(`/v1/documents/${id}/content`).expect(200);
    expect(
      createHash('sha256')
        .update(seen.body as Buffer)
        .digest('hex'),
    ).toBe(sha256);

    const verified = await verifier
      .post(`/v1/documents/${id}/verify`)
      .send({ versionSha256: sha256, message: 'Thank you.', note: 'Compared with the sample.' })
      .expect(200);
    const { decision } = verified.body as Body;
    expect(verified.body).toMatchObject({
      status: 'verified',
      decision: { outcome: 'verified', by: verifier.account?.id, versionSha256: sha256 },
    });

    const history = await owner.get(`/v1/documents/${id}/history`).expect(200);
    expect((history.body as Body).items.map(({ action, by }) => [action, by])).toEqual([
      ['verified', verifier.account?.id],
      ['claimed', verifier.account?.id],
      ['uploaded', owner.account?.id],
    ]);
    expect((history.body as Body).items[0]).toMatchObject({ decisionId: decision.id, message: 'Thank you.' });
    expect((history.body as Body).items[0]).not.toHaveProperty('note');

    const entries = await auditor.get(`/v1/audit/entries?targetId=${id}`).expect(200);
    const recorded = (entries.body as Body).items;
    expect(recorded.map(({ action }) => action)).toEqual([
      'document.verified',
      'document.content_delivered',
      'document.content_read',
      'document.claimed',
      'document.uploaded',
    ]);
    const entry = await auditor.get(`/v1/audit/entries/${String(recorded[0]?.['id'])}`).expect(200);
    expect(entry.body).toMatchObject({
      ...{ action: 'document.verified', outcome: 'succeeded', ip: '127.0.0.1' },
      actor: { type: 'user', id: verifier.account?.id, roles: ['verifier'] },
      target: { type: 'document', id, version: 1, sha256, ownerId: owner.account?.id },
      requestId: verified.headers['x-request-id'],
    });
  });
});
