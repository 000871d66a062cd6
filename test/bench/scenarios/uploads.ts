import { createHash } from 'node:crypto';
import { ask } from '../ask.js';
import { field, filePart, multipartBody, BOUNDARY } from '../../support/multipart.js';
import { pdfBytes } from '../../support/pdf.js';
import { type BenchRequest, type Load } from '../drive.js';
import { bearer, type Prepared, type Scenario, type ServerName } from '../scenario.js';
import { type Dataset } from '../dataset.js';
import { bigBody, sendBigBody } from './big-body.js';

const MIB = 1024 ** 2;
const CONNECTIONS = 8;
const BIG_UPLOADS = 3;

const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const FIELDS = [field('title', 'Bench'), field('type', 'passport')];

/** The floor receives the plain bytes; the API receives a form, as its clients send it. */
export const UPLOAD_1_MIB: Scenario = {
  name: 'upload-1m',
  title: 'upload 1 MiB',
  target: 0.8,
  prepare: async (dataset) => {
    const upload = oneMib();
    return {
      load: async (server, seconds): Promise<Load> => {
        await dataset.stores.empty();
        return {
          connections: CONNECTIONS,
          seconds,
          expected: 201,
          check: (text) => hasHash(text, upload.sha256),
          requestsOf: (connection) => [upload(server, bearer(dataset.owners[connection]!))],
        };
      },
      finish: () => dataset.stores.empty(),
    };
  },
};

interface OneMib {
  (server: ServerName, authorization: Readonly<Record<string, string>>): BenchRequest;
  readonly sha256: string;
}

/** Uploads of one PDF, which is created once. */
export function oneMib(): OneMib {
  const file = pdfBytes(MIB, 'one');
  const body = { floor: file, api: multipartBody([...FIELDS, filePart(file)]) };
  const type = { floor: 'application/pdf', api: FORM_TYPE };
  const request = (server: ServerName, authorization: Readonly<Record<string, string>>): BenchRequest => ({
    method: 'POST',
    path: '/v1/documents',
    headers: { ...authorization, 'content-type': type[server] },
    body: body[server],
    expected: 201,
  });
  return Object.assign(request, { sha256: createHash('sha256').update(file).digest('hex') });
}

/** Compared with a server that only writes, hashes and waits for the disk. */
export const UPLOAD_256_MIB = upload256(
  'upload-256m',
  'upload 256 MiB, beside a bare stream-and-hash (durable)',
  '/bare/durable',
  0.9,
);
/** Compared with a server that does not wait for the disk and so guarantees no durability. */
export const UPLOAD_256_MIB_BARE = upload256(
  'upload-256m-bare',
  'upload 256 MiB, beside a bare stream-and-hash (not durable)',
  '/bare',
  null,
);

function upload256(name: string, title: string, bare: string, target: number | null): Scenario {
  return {
    name,
    title,
    target,
    prepare: async (dataset): Promise<Prepared> => {
      const { chunks, sha256 } = bigBody(256 * MIB);
      const form = multipartBody([...FIELDS, filePart('')], { close: false }).subarray(0, -2);
      const closing = Buffer.concat([Buffer.from('\r\n'), multipartBody([])]);
      const asked = {
        floor: { path: bare, type: 'application/pdf', status: 200, body: chunks },
        api: { path: '/v1/documents', type: FORM_TYPE, status: 201, body: [form, ...chunks, closing] },
      };
      return {
        load: async (server) => {
          await dataset.stores.empty();
          const { path, type, status, body } = asked[server];
          const headers = { ...bearer(dataset.owners[0]!), 'content-type': type };
          return (url) =>
            sendBigBody({
              url: url + path,
              headers,
              body,
              times: BIG_UPLOADS,
              status,
              check: (text) => hasHash(text, sha256),
            });
        },
        finish: () => dataset.stores.empty(),
      };
    },
  };
}

const RANGE_BYTES = 64 * 1024;

/** A range from the middle of a document of 2 MiB, requested by reviewers; both servers record each read. */
export const DOWNLOAD_RANGE: Scenario = {
  name: 'download-range',
  title: 'download 64 KiB of 2 MiB (audited)',
  target: null,
  prepare: async (dataset, urls) => {
    const ids = {
      floor: await uploadSome(dataset, urls.floor, 'floor'),
      api: await uploadSome(dataset, urls.api, 'api'),
    };
    return {
      load: async (server, seconds): Promise<Load> => ({
        connections: 16,
        seconds,
        expected: 206,
        leastBytes: RANGE_BYTES,
        requestsOf: (connection) =>
          ids[server].map((_id, index) =>
            rangeRequest(ids[server], index, bearer(dataset.verifiers[connection]!)),
          ),
      }),
      finish: () => dataset.stores.empty(),
    };
  },
};

export function rangeRequest(
  ids: readonly string[],
  index: number,
  authorization: Readonly<Record<string, string>>,
): BenchRequest {
  const part = 1 + (index % 16);
  return {
    method: 'GET',
    path: `/v1/documents/${ids[index % ids.length]}/content`,
    headers: { ...authorization, range: `bytes=${RANGE_BYTES * part}-${RANGE_BYTES * (part + 1) - 1}` },
    expected: 206,
  };
}

/** Uploads documents of 2 MiB to one of the servers and checks one download. */
export async function uploadSome(dataset: Dataset, url: string, server: ServerName): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < 8; index++) {
    const file = pdfBytes(2 * MIB, `range ${index}`);
    const response = await ask(`${url}/v1/documents`, {
      method: 'POST',
      headers: {
        ...bearer(dataset.owners[index]!),
        'content-type': server === 'api' ? FORM_TYPE : 'application/pdf',
      },
      body: new Uint8Array(server === 'api' ? multipartBody([...FIELDS, filePart(file)]) : file),
    });
    ids.push(((await response.json()) as { id: string }).id);
    await expectPart(`${url}/v1/documents/${ids[index]}/content`, dataset.verifiers[0]!, file);
  }
  return ids;
}

async function expectPart(url: string, token: string, file: Buffer): Promise<void> {
  const [first, last] = [RANGE_BYTES, 2 * RANGE_BYTES - 1];
  const headers = { ...bearer(token), range: `bytes=${first}-${last}` };
  const part = Buffer.from(await (await ask(url, { headers })).arrayBuffer());
  if (!part.equals(file.subarray(first, last + 1)))
    throw new Error(
      `${url} gives out ${part.subarray(0, 300).toString('latin1')} instead of the bytes it was given`,
    );
}

function hasHash(body: string, wanted: string): string | null {
  const { sha256 } = JSON.parse(body) as { sha256?: string };
  return sha256 === wanted ? null : `bytes arrived as ${sha256}`;
}
