import { Findings, type Verdict } from '../findings.js';
import { decodeUtf8 } from '../formats/base64.js';
import { type VerifierKey } from '../formats/verifier-key.js';
import { checkReceipt, type Expected } from '../receipt/check-receipt.js';
import { MOST_CHECKPOINT_BYTES } from '../sources/log-source.js';
import { checkBag } from './check-bag.js';
import { checkLeaves } from './check-leaves.js';
import { type EvidenceFiles } from './evidence-files.js';
import { readWhole } from './read-file.js';

const CHECKPOINT = 'data/checkpoint';
const RECEIPT = 'data/decision.tlog-proof';
const DECISION = 'data/decision.json';
const KEYS = 'data/log.vkey';
const DOCUMENT = /^data\/document\.[^/]+$/;
const MOST_LEAF_BYTES = 0xffff;

/**
 * Checks an evidence bundle: a whole and valid bag, a decision with its receipt, the leaves about its document with their
 * proofs, all in the log of one signed checkpoint, and the very bytes that were decided about. That nothing is missing can
 * be known to whoever checks the whole log only.
 */
export async function checkEvidence(
  files: EvidenceFiles,
  keys: readonly VerifierKey[],
  expected: Expected,
): Promise<Verdict> {
  const findings = new Findings();
  const payload = await checkBag(files, findings);
  const proof = await readWhole(files, RECEIPT, MOST_CHECKPOINT_BYTES);
  const leaf = await readWhole(files, DECISION, MOST_LEAF_BYTES);
  const receipt = checkReceipt({ proof, leaf, expected }, keys, RECEIPT);
  findings.addAll(receipt.findings);
  const note = await readWhole(files, CHECKPOINT, MOST_CHECKPOINT_BYTES);
  if (!note.equals(receipt.note)) findings.add(CHECKPOINT, `it is not the checkpoint of ${RECEIPT}`);
  const target = receipt.content?.target ?? {};
  const count = await checkLeaves(
    files,
    {
      checkpoint: receipt.checkpoint,
      documentId: target['id'],
      decision: { index: receipt.index, leaf },
    },
    findings,
  );
  const documents = [...payload].filter(([path]) => DOCUMENT.test(path));
  for (const [path, sha256] of documents) {
    if (sha256 !== target['sha256']) findings.add(path, 'it is not the document that was decided about');
  }
  if (files.paths.includes(KEYS)) await checkKeys(files, keys, findings);
  const shown = documents.length === 0 ? 'without the document itself' : 'with the document';
  return {
    findings: findings.list(),
    summary: [...receipt.summary, `${count} leaves about the document, ${shown}`],
  };
}

/** The key inside proves nothing; one that is not among the given ones would mislead whoever reads it. */
async function checkKeys(
  files: EvidenceFiles,
  keys: readonly VerifierKey[],
  findings: Findings,
): Promise<void> {
  const text = decodeUtf8(await readWhole(files, KEYS, MOST_CHECKPOINT_BYTES)) ?? '';
  const known = keys.some(({ vkey }) => text.split('\n').includes(vkey));
  if (!known) findings.add(KEYS, 'it holds none of the keys that were given');
}
