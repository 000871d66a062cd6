import { type LeafProof, type LoggedEvidence } from '#libs/audit';
import { type ArchivedFile, textFile } from './zip-stream.js';

/** The bytes that the decision applies to, and their file name in the bundle. */
export interface DecidedFile {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

const LINE_END = Buffer.from('\n');

/** The files under `data/`, sorted by name in byte order. Without the document if the actor may not read its content. */
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

/** One line per leaf: canonical JSON never contains a raw newline. */
async function* linesOf(batches: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<Uint8Array> {
  for await (const leaves of batches) yield Buffer.concat(leaves.flatMap((leaf) => [leaf, LINE_END]));
}

/** One line per leaf, in the order of the leaves: its index and the hashes from its sibling up to the root. */
async function* proofLines(proofs: AsyncIterable<LeafProof>): AsyncGenerator<Uint8Array> {
  for await (const { index, path } of proofs) {
    yield Buffer.from(`${[index, ...path.map((hash) => Buffer.from(hash).toString('base64'))].join(' ')}\n`);
  }
}
