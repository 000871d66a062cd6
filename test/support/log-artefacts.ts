import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiClient } from './api-client.js';
import { type TestApi } from './app.js';
import { type DocumentBody, downloadAs, uploadDocument } from './documents.js';
import { type HandSealer } from './seal-log.js';
import { unzip } from './unzip.js';

/** The files that the running API serves about one decision, and the key to check them with. */
export interface LogArtefacts {
  readonly vkey: string;
  readonly documentId: string;
  readonly decisionId: string;
  readonly checkpoint: string;
  readonly receipt: string;
  readonly leaf: string;
  /** The unpacked evidence bundle. */
  readonly bundle: string;
  readonly zip: string;
}

/** The bytes of a binary response. */
export async function bytesOf(client: ApiClient, path: string): Promise<Buffer> {
  const { body } = await client.get(path).responseType('blob').expect(200);
  return body as Buffer;
}

/** Uploads a document of the user and decides on it as the verifier. */
export async function decidedDocument(api: TestApi, owner = api.as('user')): Promise<DocumentBody> {
  const { body } = await uploadDocument(owner).expect(201);
  const { id } = body as DocumentBody;
  const reviewer = api.as('verifier');
  await downloadAs(reviewer, { id });
  await reviewer.post(`/v1/documents/${id}/claim`).send({}).expect(200);
  return (await reviewer.post(`/v1/documents/${id}/verify`).send({}).expect(200)).body as DocumentBody;
}

/** Decides on a document, seals the log, and downloads all its proofs into `folder`. */
export async function makeArtefacts(api: TestApi, sealer: HandSealer, folder: string): Promise<LogArtefacts> {
  const owner = api.as('user');
  const { id: documentId, decision } = await decidedDocument(api, owner);
  await sealer.seal();
  const path = `/v1/documents/${documentId}`;
  const zip = await bytesOf(owner, `${path}/evidence`);
  const place = (name: string): string => join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(place('evidence.zip'), zip);
  await unzip(zip, folder);
  const bundle = place(`evidence-${documentId}`);
  const receipt = await bytesOf(owner, `${path}/decisions/${decision!.id}/receipt`);
  writeFileSync(place('receipt'), receipt);
  writeFileSync(place('leaf'), await bytesOf(owner, `${path}/decisions/${decision!.id}/leaf`));
  writeFileSync(place('checkpoint'), receipt.subarray(receipt.indexOf('\n\n') + 2));
  return {
    vkey: sealer.signer.verifier.vkey,
    documentId,
    decisionId: decision!.id,
    checkpoint: place('checkpoint'),
    receipt: place('receipt'),
    leaf: place('leaf'),
    bundle,
    zip: place('evidence.zip'),
  };
}
