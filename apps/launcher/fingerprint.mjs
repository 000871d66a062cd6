import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './project.mjs';

/** A hash over the names and contents of files, given relative to the project's root. Missing ones count as empty. */
export function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const path = join(ROOT, file);
    hash.update(`${file}\0`);
    hash.update(
      createHash('sha256')
        .update(existsSync(path) ? readFileSync(path) : '')
        .digest(),
    );
  }
  return hash.digest('hex');
}

/** Every file below a folder of the project that `accept` takes, relative to the root. */
export function filesBelow(folder, accept) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && accept(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** True when the last thing done was done with exactly this fingerprint. */
export function isStamped(stamp, value) {
  const path = join(ROOT, stamp);
  return existsSync(path) && readFileSync(path, 'utf8') === value;
}

export function writeStamp(stamp, value) {
  mkdirSync(dirname(join(ROOT, stamp)), { recursive: true });
  writeFileSync(join(ROOT, stamp), value);
}
