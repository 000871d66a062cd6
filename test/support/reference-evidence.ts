import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { leafBytes, leafContent, ReferenceKey, ReferenceLog } from './reference-log.js';

const DOCUMENT_ID = '019b8d1c-0000-7000-8000-0123456789ab';
const sum = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A log of forty leaves, five of them about one document, and the evidence bundle of that document. */
export class ReferenceEvidence {
  readonly documentId = DOCUMENT_ID;
  readonly document = Buffer.from('%PDF-1.4 the bytes that were decided about\n');
  readonly log: ReferenceLog;
  /** The indexes of the leaves about the document; the fourth is the decision. */
  readonly indexes = [3, 9, 10, 21, 34];

  constructor(readonly key = new ReferenceKey()) {
    const target = {
      type: 'document',
      id: DOCUMENT_ID,
      version: 1,
      sha256: sum(this.document),
      ownerId: null,
    };
    const leaves = Array.from({ length: 40 }, (_, index) =>
      leafBytes(leafContent(index, this.indexes.includes(index) ? { target } : {})),
    );
    this.log = new ReferenceLog(leaves, [key]);
  }

  get decision(): number {
    return this.indexes[3]!;
  }

  /** The payload, by path; `over` replaces files. */
  payload(over: Record<string, Uint8Array | string> = {}): Map<string, Buffer> {
    const { indexes, log } = this;
    const proofs = indexes.map((index) =>
      [index, ...log.path(index).map((hash) => hash.toString('base64'))].join(' '),
    );
    const files: Record<string, Uint8Array | string> = {
      'data/checkpoint': log.checkpoint(),
      'data/decision.json': log.leaves[this.decision]!,
      'data/decision.tlog-proof': log.receipt(this.decision),
      'data/document.pdf': this.document,
      'data/leaves.jsonl': indexes.map((index) => `${log.leaves[index]!.toString()}\n`).join(''),
      'data/log.vkey': `${this.key.vkey}\n`,
      'data/proofs.txt': proofs.map((line) => `${line}\n`).join(''),
      ...over,
    };
    return new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]));
  }

  /** The bag of a payload, with correct manifests for any payload. */
  bag(payload = this.payload()): Map<string, Buffer> {
    const bytes = [...payload.values()].reduce((total, content) => total + content.length, 0);
    const tags = new Map<string, Buffer>([
      ['VERIFY.md', Buffer.from('# How to check this\n')],
      ['bag-info.txt', Buffer.from(`Payload-Oxum: ${bytes}.${payload.size}\n`)],
      ['bagit.txt', Buffer.from('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n')],
      ['manifest-sha256.txt', manifestOf(payload)],
    ]);
    return new Map([...payload, ...tags, ['tagmanifest-sha256.txt', manifestOf(tags)]]);
  }
}

/** A ZIP with one folder, packed as the product packs it; the product never uses `compress`. */
export async function zipOf(
  files: ReadonlyMap<string, Buffer>,
  folder = 'evidence/',
  compress = false,
): Promise<Buffer> {
  const zip = new ZipFile();
  const how = { mtime: new Date('2026-01-05T09:00:00Z'), mode: 0o100_644, compress };
  for (const [path, content] of files) zip.addReadStream(Readable.from([content]), `${folder}${path}`, how);
  zip.end();
  return buffer(zip.outputStream);
}

function manifestOf(files: ReadonlyMap<string, Buffer>): Buffer {
  return Buffer.from([...files].map(([path, content]) => `${sum(content)}  ${path}\n`).join(''));
}
