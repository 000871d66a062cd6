import { HASH_BYTES } from '#libs/merkle';
import { type Finding } from '../findings/findings.js';

/**
 * Explains how leaves differ from the tile that is stored for them. That they differ is certain. What was done to them is
 * inferred from the pattern: a missing or an added leaf shifts all later ones, two exchanged leaves shift none. Returns at
 * least one finding if any hash differs.
 */
export function explainDifferences(row: Buffer, tile: Buffer, firstIndex: number): Finding[] {
  const width = row.length / HASH_BYTES;
  const [leaves, stored] = [hashesOf(row), hashesOf(tile)];
  const placeOf = new Map(stored.map((hash, place) => [hash, place]));
  const found: Finding[] = [];
  const add = (place: number, why: string) => found.push({ where: `leaf ${firstIndex + place}`, why });
  const differing = leaves.flatMap((hash, place) => (hash === stored[place] ? [] : [place]));
  if (width > 1 && leaves.every((hash) => !placeOf.has(hash))) {
    const where = `leaves ${firstIndex} to ${firstIndex + width - 1}`;
    return [{ where, why: 'none of them has a hash that is in the tile: these are other leaves' }];
  }
  for (const place of differing) {
    const belongs = placeOf.get(leaves[place] ?? '');
    if (belongs === place + 1 && follows(leaves, stored, place, 0, 1)) {
      add(place, 'it is missing: every later leaf is one place too early');
      break;
    }
    if (belongs === undefined && follows(leaves, stored, place, 1, 0)) {
      add(place, 'it does not belong to the log: every later leaf is one place too late');
      break;
    }
    if (belongs === undefined)
      add(place, 'it is not what was logged: its hash differs from the one in the tile');
    else if (leaves[belongs] === stored[place]) {
      if (belongs > place) add(place, `it has changed places with leaf ${firstIndex + belongs}`);
    } else add(place, `it is out of order: it was logged as leaf ${firstIndex + belongs}`);
  }
  return found;
}

/** Whether all leaves after a place match the tile when one of the two is shifted. The last leaf may be a new one. */
function follows(
  leaves: readonly string[],
  stored: readonly string[],
  place: number,
  leafShift: number,
  storedShift: number,
): boolean {
  const length = leaves.length - 1 - place;
  if (length < 1) return false;
  for (let step = 0; step < length; step++) {
    if (leaves[place + leafShift + step] !== stored[place + storedShift + step]) return false;
  }
  return true;
}

function hashesOf(row: Buffer): string[] {
  return Array.from({ length: row.length / HASH_BYTES }, (_, place) =>
    row.toString('latin1', place * HASH_BYTES, (place + 1) * HASH_BYTES),
  );
}
