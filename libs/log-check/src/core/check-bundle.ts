import { foldRow, HASH_BYTES, leafHashText } from '#libs/merkle';
import { Broken, type Finding } from '../findings.js';
import { leavesOf, LENGTH_BYTES } from '../formats/entry-bundle.js';
import { LeafGlance } from '../formats/leaf-glance.js';
import { type LeafContent, readLeaf } from '../formats/leaf.js';
import { TILE_WIDTH, tilePath } from '../formats/tile-path.js';
import { type LogSource } from '../sources/log-source.js';
import { NodeRow } from '../wasm/node-row.js';
import { storedBundle, storedTile } from './log-parts.js';
import { explainDifferences } from './tile-differences.js';

/** One bundle to be checked, and the places in it where older checkpoints end. */
export interface BundleJob {
  readonly index: number;
  readonly width: number;
  readonly cuts: readonly number[];
}

/** What became of a bundle. Plain values, so that a thread can hand it over. */
export interface CheckedBundle {
  readonly index: number;
  readonly findings: readonly Finding[];
  readonly bytes: number;
  /** The hash of the subtree of its leaves, and of the first ones up to each cut; null when leaves are missing. */
  readonly root: Uint8Array | null;
  readonly cutRoots: readonly Uint8Array[];
  /** The root of the level 0 tile that is stored, where it is another. */
  readonly storedRoot: Uint8Array | null;
  /** Milliseconds; not a number for a leaf that could not be read. */
  readonly times: Float64Array;
  readonly prints: Float64Array;
}

/** What is done besides. */
export interface BundleCheckOptions {
  /** Takes the hashes of the leaves from the tile, for whoever may not read leaves. */
  readonly hashesOnly?: boolean;
  /** Is told of every leaf that is in order, in the order of the log. */
  readonly onLeaf?: (content: LeafContent) => void;
}

const UNREAD = new Float64Array();

/**
 * Reads, hashes and judges the leaves of bundles, and compares the hashes with the tile that the log stores of them. One
 * pass over the bytes for each: this is where the time of a check goes.
 */
export class BundleCheck {
  private readonly glance = new LeafGlance();
  /** The hashes of the leaves of one bundle after the other. */
  private readonly row = new NodeRow(TILE_WIDTH);

  constructor(
    private readonly source: LogSource,
    private readonly options: BundleCheckOptions = {},
  ) {}

  async check(job: BundleJob): Promise<CheckedBundle> {
    const { index, width } = job;
    const tileName = tilePath(0, index, width);
    try {
      const tile = await storedTile(this.source, 0, index, width);
      if (tile === null)
        throw new Broken(tileName, 'it is not there, or not as wide as the checkpoint demands');
      if (this.options.hashesOnly === true) {
        this.row.hashes.set(tile);
        return this.result(job, tile, []);
      }
      const bundle = await storedBundle(this.source, index, width, (bytes) => this.glance.room(bytes));
      if (bundle === null) {
        throw new Broken(`leaf ${index * TILE_WIDTH}`, `${tilePath('entries', index, width)} is not there`);
      }
      return this.checkLeaves(job, bundle, tile);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return { ...NOTHING, index, findings: [{ where: error.where, why: error.why }] };
    }
  }

  private checkLeaves(job: BundleJob, bundle: Buffer, tile: Buffer): CheckedBundle {
    const { index, width } = job;
    const { onLeaf } = this.options;
    const first = index * TILE_WIDTH;
    const length = bundle.length;
    const starts = leavesOf(bundle, width, first);
    const times = new Float64Array(width).fill(Number.NaN);
    const prints = new Float64Array(width).fill(Number.NaN);
    const findings: Finding[] = [];
    this.hashLeaves(bundle, starts);
    this.glance.lookAt(bundle);
    for (let place = 0; place < width; place++) {
      const begin = starts[place] ?? 0;
      const end = (starts[place + 1] ?? 0) - LENGTH_BYTES;
      if (!onLeaf && this.glance.accepts(begin, end)) {
        times[place] = this.glance.time;
        prints[place] = this.glance.print;
        continue;
      }
      const reading = readLeaf(bundle.subarray(begin, end));
      if ('problem' in reading) findings.push({ where: `leaf ${first + place}`, why: reading.problem });
      else {
        if (onLeaf) onLeaf(reading.content);
        else this.glance.remember(begin, end);
        times[place] = reading.time;
        prints[place] = Number.parseInt(reading.content.id.slice(22).replace('-', ''), 16);
      }
    }
    return { ...this.result(job, tile, findings), bytes: length - LENGTH_BYTES * width, times, prints };
  }

  /** Writes their hashes into the row. All at once: what hashes stays in the caches of the processor, and so does what reads. */
  private hashLeaves(bundle: Buffer, starts: Int32Array): void {
    let hashes = '';
    for (let place = 0; place < starts.length - 1; place++) {
      const begin = (starts[place] ?? 0) - 1;
      const end = (starts[place + 1] ?? 0) - LENGTH_BYTES;
      // The length was read; its last byte becomes the prefix of the hash.
      bundle[begin] = 0x00;
      const prefixed = new Uint8Array(bundle.buffer, bundle.byteOffset + begin, end - begin);
      hashes += leafHashText(prefixed);
    }
    this.row.hashes.write(hashes, 'latin1');
  }

  /** Consumes the row. */
  private result(job: BundleJob, tile: Buffer, found: readonly Finding[]): CheckedBundle {
    const { index, width, cuts } = job;
    const row = this.row.hashes.subarray(0, width * HASH_BYTES);
    const differ = !row.equals(tile);
    const findings = differ ? [...found, ...explainDifferences(row, tile, index * TILE_WIDTH)] : found;
    const cutRoots = cuts.map((cut) => Uint8Array.from(foldRow(Buffer.from(row), cut)));
    const root = Uint8Array.from(this.row.fold(width));
    const storedRoot = differ ? Uint8Array.from(foldRow(Buffer.from(tile), width)) : null;
    return { ...NOTHING, index, findings, root, cutRoots, storedRoot };
  }
}

const NOTHING = {
  findings: [],
  bytes: 0,
  root: null,
  cutRoots: [],
  storedRoot: null,
  times: UNREAD,
  prints: UNREAD,
} satisfies Omit<CheckedBundle, 'index'>;
