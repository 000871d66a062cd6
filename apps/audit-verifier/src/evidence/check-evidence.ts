import {
  decodeUtf8,
  Findings,
  MAX_CHECKPOINT_BYTES,
  MAX_LEAF_BYTES,
  type Verdict,
  type VerifierKey,
} from '#libs/log-check';
import { checkReceipt } from '../receipt/check-receipt.js';
import { type Expected } from '../receipt/expected.js';
import { checkBag } from './check-bag.js';
import { checkLeaves } from './check-leaves.js';
import { type EvidenceFiles } from './evidence-files.js';
import { readWhole } from './read-file.js';

const CHECKPOINT = 'data/checkpoint';
const RECEIPT = 'data/decision.tlog-proof';
const DECISION = 'data/decision.json';
const KEYS = 'data/log.vkey';
const DOCUMENT = /^data\/document\.[^/]+$/;

/**
 * Verifies an evidence bundle: the bag is complete and valid, the decision has a receipt, all leaves are about its document
 * and in the log of one signed checkpoint, and the document has the bytes that were decided about. Whether the bundle omits
 * leaves can only be verified with the whole log.
 */
export async function checkEvidence(
  files: EvidenceFiles,
  keys: readonly VerifierKey[],
  expected: Expected,
): Promise<Verdict> {
  const findings = new Findings();
  const payload = await checkBag(files, findings);
  const proof = await readWhole(files, RECEIPT, MAX_CHECKPOINT_BYTES);
  const leaf = await readWhole(files, DECISION, MAX_LEAF_BYTES);
  const receipt = checkReceipt({ proof, leaf, expected }, keys, RECEIPT);
  findings.addAll(receipt.findings);
  const note = await readWhole(files, CHECKPOINT, MAX_CHECKPOINT_BYTES);
  if (!note.equals(receipt.note)) findings.add(CHECKPOINT, `it is not the checkpoint of ${RECEIPT}`);
  const target = receipt.content?.target ?? {};
  const decision = { index: receipt.index, leaf };
  const expectedLeaves = { checkpoint: receipt.checkpoint, documentId: target['id'], decision };
  const count = await checkLeaves(files, expectedLeaves, findings);
  const documents = [...payload].filter(([path]) => DOCUMENT.test(path));
  for (const [path, sha256] of documents) {
    if (sha256 !== target['sha256']) findings.add(path, 'it is not the document that was decided about');
  }
  if (files.paths.includes(KEYS)) await checkKeys(files, keys, findings);
  const contents = documents.length === 0 ? 'without the document itself' : 'with the document';
  return {
    findings: findings.list(),
    summary: [...receipt.summary, `${count} leaves about the document, ${contents}`],
  };
}

/** The key in a bundle proves nothing, but a key that the caller does not trust would mislead readers. */
async function checkKeys(
  files: EvidenceFiles,
  keys: readonly VerifierKey[],
  findings: Findings,
): Promise<void> {
  const text = decodeUtf8(await readWhole(files, KEYS, MAX_CHECKPOINT_BYTES)) ?? '';
  const isTrusted = keys.some(({ vkey }) => text.split('\n').includes(vkey));
  if (!isTrusted) findings.add(KEYS, 'it contains none of the given keys');
}
