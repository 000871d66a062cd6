import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stack } from './stack.js';

/** The content of the store on disk: published blobs by key with their path, and staged files. */
export function storeContent(dataDir: string): { published: Map<string, string>; staged: string[] } {
  const root = join(dataDir, 'blobs');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const published = new Map<string, string>();
  const staged: string[] = [];
  for (const { name, parentPath } of files) {
    if (parentPath === join(root, 'staging')) staged.push(name);
    else if (parentPath !== root) published.set(name, join(parentPath, name));
  }
  return { published, staged: staged.filter((name) => !name.startsWith('.probe-')) };
}

/** Differences between the store and the rows: blobs without a row, and rows without their blob. */
export async function storeProblems(stack: Stack): Promise<string[]> {
  const { published, staged } = storeContent(stack.dataDir);
  const keys = (await storedVersions(stack)).map(({ key }) => key);
  const missing = keys.filter((key) => !published.delete(key));
  return [
    ...staged.map((name) => `left in staging: ${name}`),
    ...missing.map((key) => `row without its blob: ${key}`),
    ...[...published.keys()].map((key) => `blob that no row names: ${key}`),
  ];
}

/** Blobs whose bytes differ from the digest in their row, acknowledged or not. */
export async function wrongBlobs(stack: Stack): Promise<string[]> {
  const { published } = storeContent(stack.dataDir);
  const wrong = (await storedVersions(stack)).filter(({ key, sha256 }) => {
    const path = published.get(key);
    return path && createHash('sha256').update(readFileSync(path)).digest('hex') !== sha256;
  });
  return wrong.map(({ key }) => `blob with other bytes than its row says: ${key}`);
}

function storedVersions(stack: Stack): Promise<Array<{ key: string; sha256: string }>> {
  return stack.postgres.rows(
    `SELECT storage_key AS key, encode(sha256, 'hex') AS sha256 FROM documents.versions`,
  );
}
