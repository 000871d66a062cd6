import { once } from 'node:events';
import { get as httpGet, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { leafHash, nodeHash } from '#libs/merkle';
import { entriesPath, NoteSigner, openNote, parseCheckpoint, partialTiles, tilePath } from '#libs/tlog';
import { withClient } from '../support/catalogue.js';
import { useApi } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';
import { newLogKey } from '../support/edge.js';
import { bytesOf, leavesIn, recordEntries, rootOf } from '../support/log-reader.js';
import { HandSealer } from '../support/seal-log.js';

const ENTRIES = 700;
const FOR_EVER = 'max-age=31536000, immutable';

const api = useApi();
const sealer = duringTests(() => HandSealer.open(api.database.adminUrl));

const read = (path: string, client = api.anonymous) => bytesOf(client, `/tlog/${path}`);
const statusOf = async (path: string): Promise<number> => (await read(path)).status;

async function checkpoint() {
  const { text } = await api.anonymous.get('/tlog/checkpoint').expect(200);
  return parseCheckpoint(openNote(text, [sealer.signer.verifier]));
}

describe('a log without a checkpoint', () => {
  it('has no tile and no proof, and responses to changes name no checkpoint', async () => {
    for (const path of [
      '/tlog/checkpoint',
      '/tlog/vkey',
      '/v1/audit/checkpoint',
      '/v1/audit/consistency?from=0',
    ]) {
      const { body, headers } = await api.anonymous.get(path).expect(404);
      expect(body.code).toBe('NOTHING_SEALED');
      expect(headers['cache-control']).toBe('no-store');
    }
    await api.anonymous.get('/tlog/tile/0/000.p/1').expect(404);
    const { headers } = await api.as('user').post('/v1/auth/logout').expect(204);
    expect(headers['audit-checkpoint']).toBeUndefined();
  });
});

describe('the log over HTTP', () => {
  beforeAll(async () => {
    await recordEntries(api, ENTRIES);
    await sealer.seal();
  });

  it('publishes its checkpoint as a signed note with a short cache lifetime', async () => {
    const answer = await api.anonymous.get('/tlog/checkpoint').expect(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=1',
    });
    expect(answer.text).toMatch(
      /^test\.example\/log\n7\d\d\n[A-Za-z0-9+/]{43}=\n\n\u2014 test\.example\/log \S+\n$/,
    );
    expect((await checkpoint()).size).toBeGreaterThan(ENTRIES);
  });

  it('publishes the keys that have signed it, newest first', async () => {
    const older = NoteSigner.fromPem('test.example/log', newLogKey()).verifier.vkey;
    await withClient(api.database.adminUrl, (admin) =>
      admin.query(
        `INSERT INTO audit.log_keys (vkey, first_used_at) VALUES ($1, '2020-01-01'), ('malformed+key', '2020-01-02')`,
        [older],
      ),
    );
    const answer = await api.anonymous.get('/tlog/vkey').expect(200);
    expect(answer.text).toBe(`${sealer.signer.verifier.vkey}\n${older}\n`);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=300',
    });
  });

  it('can be rebuilt from its entry bundles, whose leaves hash to its tiles and its root', async () => {
    const { size, root } = await checkpoint();
    const leaves: Buffer[] = [];
    for (let index = 0; index * 256 < size; index += 1) {
      const width = Math.min(256, size - index * 256);
      const bundle = await read(entriesPath(index, width), api.as('auditor'));
      expect([bundle.status, bundle.headers['content-type'], bundle.headers['cache-control']]).toEqual([
        200,
        'application/octet-stream',
        `private, ${FOR_EVER}`,
      ]);
      const tile = await read(tilePath({ level: 0, index, width }));
      expect([tile.status, tile.headers['content-type'], tile.headers['cache-control']]).toEqual([
        200,
        'application/octet-stream',
        `public, ${FOR_EVER}`,
      ]);
      const found = leavesIn(bundle.body);
      expect(tile.body).toEqual(Buffer.concat(found.map(leafHash)));
      leaves.push(...found);
    }
    expect(leaves).toHaveLength(size);
    expect(Buffer.from(rootOf(leaves))).toEqual(Buffer.from(root));
    const one = JSON.parse(String(leaves.at(-1))) as Record<string, unknown>;
    expect(one).toMatchObject({ v: 1, action: 'audit.exported', personal: null });
  });

  it('has above full tiles exactly their hashes', async () => {
    const { size } = await checkpoint();
    const full = Math.floor(size / 256);
    const above = await read(`tile/1/000.p/${full}`);
    for (let index = 0; index < full; index += 1) {
      const { body } = await read(`tile/0/00${index}`);
      const hashes = Array.from({ length: 256 }, (_, at) => body.subarray(at * 32, at * 32 + 32));
      expect(above.body.subarray(index * 32, index * 32 + 32)).toEqual(Buffer.from(rootOfHashes(hashes)));
    }
    expect(await statusOf(`tile/1/000.p/${full + 1}`)).toBe(404);
    expect(await statusOf('tile/1/000')).toBe(404);
    expect(await statusOf('tile/2/000.p/1')).toBe(404);
  });

  it('serves every partial tile of its size and narrower ones, and no wider one', async () => {
    const { size } = await checkpoint();
    for (const tile of partialTiles(size)) {
      expect((await read(tilePath(tile))).body).toHaveLength(tile.width * 32);
      expect((await read(tilePath({ ...tile, width: 1 }))).body).toHaveLength(32);
      expect(await statusOf(tilePath({ ...tile, width: tile.width + 1 }))).toBe(404);
      expect(await statusOf(tilePath({ ...tile, width: 256 }))).toBe(404);
    }
    expect((await read('tile/0/000.p/255')).body).toHaveLength(255 * 32);
    expect(await statusOf('tile/0/003')).toBe(404);
    expect(await statusOf('tile/0/x001/234')).toBe(404);
  });

  it.each([
    'tile/0/0',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/x000/000',
    'tile/0/x000',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/1/',
    'tile/0/000.p',
    'tile/0/000.p/-1',
    'tile/0/000/',
    'tile/0/-01',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/1e0/000',
    'tile/0/000%2Ep%2F1%00',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/63/x999/x999/999.p/1',
    'tile/entries/x999/x999/999.p/1',
    'tile/0',
    'tile',
    'tile/entries',
  ])('serves a tile under no other name: %s', async (path) => {
    const { status, headers } = await read(path, api.as('auditor'));
    expect([404, 422]).toContain(status);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('answers random tile paths with a tile of the right width or with an error', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        '000',
        '001',
        '002',
        'x000',
        'x001',
        '.p',
        '000.p',
        '1',
        '255',
        '256',
        '..',
        '.',
        '%2e',
        '',
      ),
      fc.integer({ min: -1, max: 1000 }).map(String),
      fc.string({ maxLength: 8 }).map((text) => encodeURIComponent(text.toWellFormed())),
    );
    const { size } = await checkpoint();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('0', '1', '2', '63', '64', 'entries', 'x'),
        fc.array(part, { minLength: 1, maxLength: 4 }),
        async (level, parts) => {
          const answer = await fetch(`${api.url}/tlog/tile/${level}/${parts.join('/')}`);
          const body = Buffer.from(await answer.arrayBuffer());
          expect([200, 401, 404, 414, 422]).toContain(answer.status);
          if (answer.status !== 200) return;
          expect(body.length % 32).toBe(0);
          expect(body.length / 32).toBeLessThanOrEqual(Math.min(256, size));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('serves entry bundles to users who may read every entry, and records the read', async () => {
    await read('tile/entries/000').then(({ status }) => expect(status).toBe(401));
    for (const role of ['user', 'verifier', 'user_manager'] as const) {
      const client = await api.newcomer([role]);
      expect((await read('tile/entries/000', client)).status).toBe(403);
    }
    const auditor = api.as('auditor');
    const { headers } = await read('tile/entries/001', auditor);
    const { body } = await auditor.get('/v1/audit/entries?action=audit.read&limit=5').expect(200);
    const found = (body as { items: Array<{ requestId: string; details: unknown }> }).items;
    expect(found.find(({ requestId }) => requestId === headers['x-request-id'])?.details).toEqual({
      bundle: 1,
      entries: 256,
    });
  });

  it('compresses an entry bundle only for clients that accept gzip', async () => {
    const path = '/tlog/tile/entries/000';
    const ask = async (encoding: string) => {
      const { status, headers, body } = await rawGet(path, encoding);
      expect([status, headers['vary']]).toEqual([200, 'Accept-Encoding']);
      return { encoding: headers['content-encoding'], length: headers['content-length'], body };
    };
    const [plain, packed] = [await ask('identity'), await ask('gzip, identity')];
    expect([plain.encoding, packed.encoding]).toEqual([undefined, 'gzip']);
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
    expect([plain.length, packed.length]).toEqual([plain.body.length, packed.body.length].map(String));
    expect((await ask('gzip;q=0')).encoding).toBeUndefined();
    expect(await statusOf('tile/entries/900')).toBe(401);
  });

  it('publishes an entry only when a checkpoint covers it, and then at once', async () => {
    const { size } = await checkpoint();
    await recordEntries(api, 1);
    const next = tilePath({ level: 0, index: Math.floor(size / 256), width: (size % 256) + 1 });
    expect(await statusOf(next)).toBe(404);
    await sealer.seal();
    expect(await statusOf(next)).toBe(200);
  });

  it('accepts GET and HEAD only', async () => {
    await api.anonymous.head('/tlog/checkpoint').expect(200);
    const { headers } = await api.anonymous.post('/tlog/tile/0/000').expect(405);
    expect(headers['allow']).toBe('GET, HEAD');
  });
});

/** A response as it arrives: other clients decompress it. */
async function rawGet(
  path: string,
  encoding: string,
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: Buffer }> {
  const headers = { authorization: `Bearer ${api.as('auditor').accessToken}`, 'accept-encoding': encoding };
  const [answer] = (await once(httpGet(`${api.url}${path}`, { headers }), 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}

function rootOfHashes(hashes: readonly Uint8Array[]): Uint8Array {
  let row = [...hashes];
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, at) => pairOf(row[2 * at], row[2 * at + 1]));
  }
  return row[0] ?? new Uint8Array();
}

function pairOf(left: Uint8Array = new Uint8Array(), right: Uint8Array = new Uint8Array()): Uint8Array {
  return nodeHash(left, right);
}
