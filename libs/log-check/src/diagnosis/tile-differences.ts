import { HASH_BYTES } from '#libs/merkle';
import { type Finding } from '../findings.js';

/**
 * Says in words how leaves differ from the tile that the log stores of them. What is certain is that they differ; which
 * hand did what is read off the pattern: a leaf that is gone or new shifts all behind it, two that changed places do not.
 */
export function explainDifferences(row: Buffer, tile: Buffer, firstIndex: number): Finding[] {
  const width = row.length / HASH_BYTES;
  const [leaves, stored] = [hashesOf(row), hashesOf(tile)];
  const placeOf = new Map(stored.map((hash, place) => [hash, place]));
  const found: Finding[] = [];
  const say = (place: number, why: string) => found.push({ where: `leaf ${firstIndex + place}`, why });
  const differing = leaves.flatMap((hash, place) => (hash === stored[place] ? [] : [place]));
  if (width > 1 && leaves.every((hash) => !placeOf.has(hash))) {
    const where = `leaves ${firstIndex} to ${firstIndex + width - 1}`;
    return [
      { where, why: 'none of them is the one that the tree has at its place: other leaves stand here' },
    ];
  }
  for (const place of differing) {
    const belongs = placeOf.get(leaves[place] ?? '');
    if (belongs === place + 1 && follows(leaves, stored, place, 0, 1)) {
      say(place, 'it is missing: from here on each leaf stands one place too early');
      break;
    }
    if (belongs === undefined && follows(leaves, stored, place, 1, 0)) {
      say(place, 'it does not belong to the log: from here on each leaf stands one place too late');
      break;
    }
    if (belongs === undefined)
      say(place, 'it is not what was logged: its hash is not the one that the tree has');
    else if (leaves[belongs] === stored[place]) {
      if (belongs > place) say(place, `it has changed places with leaf ${firstIndex + belongs}`);
    } else say(place, `it is out of order: it was logged as leaf ${firstIndex + belongs}`);
  }
  return found;
}

/** Whether from a place on the leaves are those of the tile, one of both being shifted. The last of a row may be new. */
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
