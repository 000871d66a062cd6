import { leafHash } from '#libs/merkle';
import { Broken, type Finding, type Verdict } from '../findings.js';
import { type Checkpoint, openCheckpoint } from '../formats/checkpoint.js';
import { type LeafContent, readLeaf } from '../formats/leaf.js';
import { parseTlogProof } from '../formats/tlog-proof.js';
import { type VerifierKey } from '../formats/verifier-key.js';
import { rootOfPath } from '../tree/inclusion.js';

/** What whoever holds a receipt believes it to be about. */
export interface Expected {
  readonly document?: string | undefined;
  readonly sha256?: string | undefined;
  readonly decision?: string | undefined;
}

/** The bytes of a receipt and of the leaf it came with. */
export interface Receipt {
  readonly proof: Uint8Array;
  readonly leaf: Uint8Array;
  readonly expected?: Expected;
}

export interface CheckedReceipt extends Verdict {
  readonly checkpoint: Checkpoint;
  /** The checkpoint as it was signed. */
  readonly note: Buffer;
  readonly index: number;
  readonly content: LeafContent | null;
}

/**
 * Checks that a leaf is in the log whose checkpoint one of the keys has signed, that it is a leaf of this product, and that
 * it is about what it is expected to be about. Throws `Broken` when that much cannot even be read.
 */
export function checkReceipt(
  receipt: Receipt,
  keys: readonly VerifierKey[],
  where = 'the receipt',
): CheckedReceipt {
  const { index, path, checkpoint: note } = parseTlogProof(receipt.proof, where);
  const checkpoint = openCheckpoint(note, keys, `the checkpoint of ${where}`);
  const { origin, root, size } = checkpoint;
  if (index >= size) throw new Broken(where, `it is about leaf ${index} of a log of ${size}`);
  const reached = rootOfPath(index, size, leafHash(receipt.leaf), path);
  if (reached === null)
    throw new Broken(where, `its path of ${path.length} hashes is not one of a log of ${size}`);
  const findings: Finding[] = [];
  if (!root.equals(reached)) {
    findings.push({
      where,
      why: `the leaf is not leaf ${index} of this log: it is another one, or was changed`,
    });
  }
  const reading = readLeaf(receipt.leaf);
  if ('problem' in reading) {
    return {
      findings: [...findings, { where: 'the leaf', why: reading.problem }],
      summary: [],
      checkpoint,
      note,
      index,
      content: null,
    };
  }
  const { content } = reading;
  findings.push(...unexpected(content, receipt.expected ?? {}));
  return {
    findings,
    checkpoint,
    note,
    index,
    content,
    summary: [`leaf ${index} of ${size} in ${origin}`, ...told(content)],
  };
}

function unexpected(content: LeafContent, expected: Expected): Finding[] {
  const decision = content.details?.['decision'] as { readonly id?: unknown } | undefined;
  const said: ReadonlyArray<[string, unknown, string | undefined]> = [
    [
      'document',
      content.target?.['type'] === 'document' ? content.target['id'] : undefined,
      expected.document,
    ],
    ['SHA-256', content.target?.['sha256'], expected.sha256],
    ['decision', decision?.id, expected.decision],
  ];
  return said.flatMap(([what, is, wanted]) => {
    if (wanted === undefined || is === wanted.toLowerCase()) return [];
    return [{ where: 'the receipt', why: `it is about the ${what} ${say(is)}, not ${wanted}` }];
  });
}

/** What the leaf says, for whoever reads the answer: a receipt that is sound may still be about something else. */
function told({ action, actor, occurredAt, outcome, reasonCode, target }: LeafContent): string[] {
  const why = reasonCode === null ? '' : ` (${reasonCode})`;
  const about = target ? `${say(target['type'])} ${say(target['id'])}` : 'nothing';
  return [
    `${say(action)} ${outcome}${say(why)} at ${occurredAt} by ${say(actor['type'])} ${say(actor['id'])}`,
    `about ${about}, version ${say(target?.['version'])}, SHA-256 ${say(target?.['sha256'])}`,
  ];
}

/** Text from a leaf must not steer the terminal that it is shown on. */
function say(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
  return text.slice(0, 200).replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\ufffd');
}
