import { openNote, parseCheckpoint, provesConsistency, provesInclusion } from '#libs/tlog';
import { type ApiClient } from '../support/api-client.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';
import { seedDocument } from '../support/documents.js';
import { recordEntries } from '../support/log-reader.js';
import { HandSealer } from '../support/seal-log.js';

interface CheckpointBody {
  readonly size: number;
  readonly rootHash: string;
  readonly note: string;
}
interface InclusionBody {
  readonly entryId: string;
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly path: string[];
  readonly checkpoint: CheckpointBody;
}
interface ConsistencyBody {
  readonly from: number;
  readonly to: number;
  readonly fromRootHash: string;
  readonly toRootHash: string;
  readonly path: string[];
}

const api = useApi({ environment: { CORS_ORIGINS: 'https://app.example' } });
const sealer = duringTests(() => HandSealer.open(api.database.adminUrl));

beforeAll(async () => {
  await recordEntries(api, 300);
  await sealer.seal();
});

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

async function newest(): Promise<CheckpointBody> {
  return (await api.anonymous.get('/v1/audit/checkpoint').expect(200)).body as CheckpointBody;
}

async function consistency(query: string): Promise<ConsistencyBody> {
  return (await api.anonymous.get(`/v1/audit/consistency?${query}`).expect(200)).body as ConsistencyBody;
}

const proves = ({ path, from, to, fromRootHash, toRootHash }: ConsistencyBody): boolean =>
  provesConsistency(path.map(bytes), {
    from,
    to,
    fromRoot: bytes(fromRootHash),
    toRoot: bytes(toRootHash),
  });

async function entriesOf(client: ApiClient, query: string): Promise<string[]> {
  const { body } = await client.get(`/v1/audit/entries?${query}`).expect(200);
  return (body as { items: Array<{ id: string }> }).items.map(({ id }) => id);
}

describe('the checkpoint', () => {
  it('has the same content as JSON and as a note', async () => {
    const { size, rootHash, note } = await newest();
    const signed = parseCheckpoint(openNote(note, [sealer.signer.verifier]));
    expect({ size, rootHash }).toEqual({
      size: signed.size,
      rootHash: Buffer.from(signed.root).toString('base64'),
    });
  });
});

describe('a proof that an entry is in the log', () => {
  it('leads from its leaf to the signed root', async () => {
    const ids = await entriesOf(api.as('auditor'), 'limit=100');
    for (const id of ids.slice(-3)) {
      const { body } = await api.as('auditor').get(`/v1/audit/entries/${id}/inclusion`).expect(200);
      const { entryId, leafIndex: index, leafHash, path, checkpoint } = body as InclusionBody;
      const { size, root } = parseCheckpoint(openNote(checkpoint.note, [sealer.signer.verifier]));
      const claim = { index, size, root, leafHash: Buffer.from(leafHash, 'hex') };
      expect([entryId, provesInclusion(path.map(bytes), claim)]).toEqual([id, true]);
    }
  });

  it('gives 404 with Retry-After before the entry is sealed', async () => {
    const auditor = api.as('auditor');
    await recordEntries(api, 1);
    const [id] = await entriesOf(auditor, 'action=audit.exported&limit=1');
    const { body, headers } = await auditor.get(`/v1/audit/entries/${id}/inclusion`).expect(409);
    expect([body.code, headers['retry-after']]).toEqual(['NOT_SEALED_YET', '1']);
    await sealer.seal();
    await auditor.get(`/v1/audit/entries/${id}/inclusion`).expect(200);
  });

  it('is available only to users who may read the entry', async () => {
    const [mine, stranger] = [await api.newcomer(['user']), await api.newcomer(['user'])];
    await seedDocument(api, mine);
    await sealer.seal();
    const [id] = await entriesOf(mine, 'action=document.uploaded');
    await mine.get(`/v1/audit/entries/${id}/inclusion`).expect(200);
    await stranger.get(`/v1/audit/entries/${id}/inclusion`).expect(404);
    await api.anonymous.get(`/v1/audit/entries/${id}/inclusion`).expect(401);
    await mine.get('/v1/audit/entries/nonsense/inclusion').expect(422);
  });
});

describe('a proof that the log only grew', () => {
  it('holds between any two sizes', async () => {
    const { size, rootHash } = await newest();
    for (const from of [0, 1, 2, 3, 127, 128, 255, 256, 257, size - 1, size]) {
      const proof = await consistency(`from=${from}`);
      expect({ from, proved: proves(proof), toRoot: proof.toRootHash }).toEqual({
        from,
        proved: true,
        toRoot: rootHash,
      });
    }
    for (const [from, to] of [
      [1, 2],
      [7, 8],
      [6, 200],
      [200, 256],
    ] as const) {
      expect(proves(await consistency(`from=${from}&to=${to}`))).toBe(true);
    }
  });

  it('leads from a checkpoint that a client kept to the newest one', async () => {
    const kept = await newest();
    await recordEntries(api, 40);
    await sealer.seal();
    const proof = await consistency(`from=${kept.size}&to=${kept.size + 40}`);
    expect([proof.fromRootHash, proves(proof)]).toEqual([kept.rootHash, true]);
  });

  it.each([
    ['from=1000000', 404, 'TREE_SIZE_NOT_REACHED'],
    ['from=1&to=1000000', 404, 'TREE_SIZE_NOT_REACHED'],
    ['from=999999999999999', 404, 'TREE_SIZE_NOT_REACHED'],
    ['from=5&to=4', 422, 'VALIDATION_FAILED'],
    ['from=-1', 422, 'VALIDATION_FAILED'],
    ['from=1.5', 422, 'VALIDATION_FAILED'],
    ['from=1000000000000000', 422, 'VALIDATION_FAILED'],
    ['to=4', 422, 'VALIDATION_FAILED'],
    ['', 422, 'VALIDATION_FAILED'],
  ])('is refused for %j with %i', async (query, status, code) => {
    const { body } = await api.anonymous.get(`/v1/audit/consistency?${query}`).expect(status);
    expect(body.code).toBe(code);
  });
});

describe('the response to a change', () => {
  const FIELD = /^size=(\d+), root=:([A-Za-z0-9+/]{43}=):$/;

  it('names a checkpoint with which every later state of the log is consistent', async () => {
    const answer = await api
      .as('user_manager')
      .post('/v1/users')
      .send({
        email: 'somebody@example.com',
        displayName: 'Somebody',
        roles: ['user'],
      });
    expect(answer.status).toBe(201);
    const [, size, root] = FIELD.exec(String(answer.headers['audit-checkpoint'])) ?? [];
    await recordEntries(api, 3);
    await sealer.seal();
    const proof = await consistency(`from=${size}`);
    expect([proof.fromRootHash, proves(proof)]).toEqual([root, true]);
  });

  it('names no checkpoint when nothing was changed, and exposes the header to listed origins', async () => {
    const { headers } = await api.as('user').get('/v1/auth/me').expect(200);
    expect(headers['audit-checkpoint']).toBeUndefined();
    const failed = await api.as('user').post('/v1/users').send({}).expect(403);
    expect(failed.headers['audit-checkpoint']).toBeUndefined();
    const listed = await api.as('user').get('/v1/auth/me').set('origin', 'https://app.example');
    expect(listed.headers['access-control-expose-headers']).toContain('Audit-Checkpoint');
  });
});
