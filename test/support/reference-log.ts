import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import canonicalize from 'canonicalize';
import { v7 } from 'uuid';

const FIRST_TIME = Date.parse('2026-01-05T08:00:00.000Z');
const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The content of a leaf of version 1 as the product writes it; `over` replaces members. */
export function leafContent(index: number, over: Record<string, unknown> = {}): Record<string, unknown> {
  const time = FIRST_TIME + index * 1000;
  return {
    v: 1,
    id: v7({ msecs: time }),
    occurredAt: new Date(time).toISOString(),
    action: 'document.verified',
    outcome: 'succeeded',
    actor: {
      type: 'user',
      id: v7(),
      roles: ['verifier'],
      authenticatedBy: 'password',
      sessionId: v7(),
    },
    target: {
      type: 'document',
      id: v7(),
      version: 1,
      sha256: sha256(randomBytes(8)).toString('hex'),
      ownerId: v7(),
    },
    reasonCode: null,
    requestId: v7(),
    changes: { before: { status: 'in_review', revision: 2 }, after: { status: 'verified', revision: 3 } },
    details: { decision: { id: v7(), outcome: 'verified' } },
    nonce: randomBytes(16).toString('base64url'),
    personal: { alg: 'sha256', commitment: randomBytes(32).toString('base64url') },
    ...over,
  };
}

export function leafBytes(content: Record<string, unknown>): Buffer {
  return Buffer.from(String(canonicalize(content)));
}

/** Plausible leaves, one per second. */
export function makeLeaves(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => leafBytes(leafContent(index)));
}

/** An Ed25519 key of a log, with its verifier key as C2SP signed-note writes it. */
export class ReferenceKey {
  private readonly pair = generateKeyPairSync('ed25519');
  private readonly material = Buffer.concat([
    Buffer.of(0x01),
    this.pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
  ]);
  private readonly id = sha256(Buffer.from(`${this.name}\n`), this.material).subarray(0, 4);

  constructor(readonly name = 'log.example/test') {}

  get vkey(): string {
    return `${this.name}+${this.id.toString('hex')}+${this.material.toString('base64')}`;
  }

  /** The signature line of a text. */
  signatureOf(text: string): string {
    const signature = sign(null, Buffer.from(text), this.pair.privateKey);
    return `\u2014 ${this.name} ${Buffer.concat([this.id, signature]).toString('base64')}\n`;
  }
}

/**
 * A log built only from the definitions of RFC 6962 and C2SP, without an optimisation, as the reference for the verifier.
 * Shares no code with the product.
 */
export class ReferenceLog {
  readonly hashes: Buffer[];

  constructor(
    readonly leaves: readonly Buffer[],
    readonly keys: readonly ReferenceKey[] = [new ReferenceKey()],
  ) {
    this.hashes = leaves.map((leaf) => sha256(Buffer.of(0), leaf));
  }

  get vkey(): string {
    return this.keys[0]!.vkey;
  }

  checkpoint(size = this.leaves.length, root = mth(this.hashes.slice(0, size))): string {
    const text = `${this.keys[0]!.name}\n${size}\n${root.toString('base64')}\n`;
    return `${text}\n${this.keys.map((key) => key.signatureOf(text)).join('')}`;
  }

  /** `.tlog-proof` of a leaf. */
  receipt(index: number): string {
    const path = pathOf(index, this.hashes).map((hash) => `${hash.toString('base64')}\n`);
    return `c2sp.org/tlog-proof@v1\nindex ${index}\n${path.join('')}\n${this.checkpoint()}`;
  }

  path(index: number): Buffer[] {
    return pathOf(index, this.hashes);
  }

  /** Every file of the log by its path, as tlog-tiles lays them out. */
  files(): Map<string, Buffer> {
    const files = new Map<string, Buffer>([['checkpoint', Buffer.from(this.checkpoint())]]);
    for (let at = 0; at < this.leaves.length; at += 256) {
      const part = this.leaves.slice(at, at + 256);
      files.set(`tile/entries/${tileName(at / 256, part.length)}`, bundleOf(part));
    }
    let row: readonly Buffer[] = this.hashes;
    for (let level = 0; row.length > 0; level++) {
      const above: Buffer[] = [];
      for (let at = 0; at < row.length; at += 256) {
        const part = row.slice(at, at + 256);
        files.set(`tile/${level}/${tileName(at / 256, part.length)}`, Buffer.concat(part));
        if (part.length === 256) above.push(mth(part));
      }
      row = above;
    }
    return files;
  }
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

export function bundleOf(part: readonly Buffer[]): Buffer {
  return Buffer.concat(
    part.flatMap((leaf) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(leaf.length);
      return [length, leaf];
    }),
  );
}

function tileName(index: number, width: number): string {
  const digits = String(index).padStart(3, '0');
  const name = digits.length > 3 ? `x${digits.slice(0, -3).padStart(3, '0')}/${digits.slice(-3)}` : digits;
  return width === 256 ? name : `${name}.p/${width}`;
}

/** MTH(D[n]) of RFC 6962 section 2.1. */
export function mth(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0]!;
  const k = split(hashes.length);
  return sha256(Buffer.of(1), mth(hashes.slice(0, k)), mth(hashes.slice(k)));
}

/** PATH(m, D[n]) of RFC 6962 section 2.1.1. */
function pathOf(m: number, hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length <= 1) return [];
  const k = split(hashes.length);
  return m < k
    ? [...pathOf(m, hashes.slice(0, k)), mth(hashes.slice(k))]
    : [...pathOf(m - k, hashes.slice(k)), mth(hashes.slice(0, k))];
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
