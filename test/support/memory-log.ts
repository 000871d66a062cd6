import { emptyRoot, leafHash, nodeHash } from '#libs/merkle';
import { CompactRange, type Tile, type TileSource } from '#libs/tlog';

/** MTH(D[n]) by the recursive definition of RFC 6962 section 2.1: the reference for the other implementations. */
export function naiveRoot(hashes: readonly Uint8Array[]): Uint8Array {
  const [only] = hashes;
  if (only === undefined) return emptyRoot();
  if (hashes.length === 1) return only;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(naiveRoot(hashes.slice(0, k)), naiveRoot(hashes.slice(k)));
}

/** The root at every size of a log, computed with the compact range, whose own tests compare it with the definition. */
export function rootsOf(leaves: readonly Uint8Array[]): (size: number) => Uint8Array {
  const range = CompactRange.of(0, []);
  const edges = [range.hashes];
  for (const leaf of leaves) {
    range.append(leaf);
    edges.push(range.hashes);
  }
  return (size) => CompactRange.of(size, edges[size] ?? []).root();
}

/** The hashes of `count` different leaves. */
export function leafHashes(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`leaf ${at}`)));
}

/** The tiles of a log in memory, by the definition of tlog-tiles; counts its reads. */
export class MemoryLog implements TileSource {
  readonly asked: string[] = [];
  private readonly levels: Uint8Array[][];

  constructor(leaves: readonly Uint8Array[]) {
    this.levels = [[...leaves]];
    for (let below = leaves; below.length >= 256; below = this.levels.at(-1) ?? []) {
      const count = Math.floor(below.length / 256);
      this.levels.push(
        Array.from({ length: count }, (_, at) => naiveRoot(below.slice(at * 256, at * 256 + 256))),
      );
    }
  }

  async read(tiles: readonly Tile[]): Promise<Uint8Array[]> {
    return tiles.map(({ level, index, width }) => {
      this.asked.push(`${level}/${index}/${width}`);
      const hashes = this.levels[level]?.slice(index * 256, index * 256 + width) ?? [];
      if (hashes.length !== width || width === 0) throw new Error(`No tile ${level}/${index} of ${width}`);
      return Buffer.concat(hashes);
    });
  }

  async tile(level: number, index: number, width: number): Promise<Buffer> {
    const [hashes] = await this.read([{ level, index, width }]);
    return Buffer.from(hashes ?? []);
  }
}
