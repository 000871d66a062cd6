import { type LeafProof, type LoggedEvidence } from '#libs/audit';
import { type ArchivedFile, textFile } from './zip-stream.js';

/** The bytes that were decided about, and the name that they have in the bundle. */
export interface DecidedFile {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

const LINE_END = Buffer.from('\n');

/** The files under `data/`, by name in the order of bytes. Without the document for those who may not read it. */
export async function* payloadOf(
  evidence: LoggedEvidence,
  document: DecidedFile | null,
): AsyncGenerator<ArchivedFile> {
  const { decision, checkpoint, verifierKeys } = evidence;
  yield textFile('checkpoint', checkpoint);
  yield { path: 'decision.json', content: [decision.leaf] };
  yield textFile('decision.tlog-proof', decision.receipt);
  if (document) yield { path: document.name, content: document.content };
  yield { path: 'leaves.jsonl', content: linesOf(evidence.leaves()) };
  yield textFile('log.vkey', verifierKeys.map((vkey) => `${vkey}\n`).join(''));
  yield { path: 'proofs.txt', content: proofLines(evidence.proofs()) };
}

/** A leaf is canonical JSON, which never holds a raw newline: a line each, to the byte. */
async function* linesOf(batches: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<Uint8Array> {
  for await (const leaves of batches) yield Buffer.concat(leaves.flatMap((leaf) => [leaf, LINE_END]));
}

/** The index and the hashes from the sibling of the leaf upwards, in the order of the leaves. */
async function* proofLines(proofs: AsyncIterable<LeafProof>): AsyncGenerator<Uint8Array> {
  for await (const { index, path } of proofs) {
    yield Buffer.from(`${[index, ...path.map((hash) => Buffer.from(hash).toString('base64'))].join(' ')}\n`);
  }
}
