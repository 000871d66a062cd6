import { emptyRoot } from '#libs/merkle';
import { type Findings } from '../findings.js';
import { TILE_WIDTH } from '../formats/tile-path.js';
import { type CheckedBundle } from './bundle-check.js';
import { type LogCheck } from './log-check.js';
import { type SubtreeRoots } from './subtree-roots.js';

/** Makes the roots that were signed out of the roots of the bundles, and compares. */
export class RootCheck {
  /** Whether every bundle had all of its leaves: without one of them there is no root. */
  complete = true;
  private edge: Uint8Array | undefined;
  private readonly cutRoots = new Map<number, Uint8Array[]>();
  private readonly displaced: Array<{ index: number; root: Uint8Array; storedRoot: Uint8Array }> = [];

  constructor(
    private readonly check: Pick<LogCheck, 'checkpoint' | 'older'>,
    private readonly roots: SubtreeRoots,
  ) {}

  /** In the order of the bundles. */
  add({ cutRoots, index, root, storedRoot }: CheckedBundle): void {
    if (root === null) this.complete = false;
    if (root === null || !this.complete) return;
    if (cutRoots.length > 0) this.cutRoots.set(index, [...cutRoots]);
    if (storedRoot) this.displaced.push({ index, root, storedRoot });
    if ((index + 1) * TILE_WIDTH > this.check.checkpoint.size) this.edge = root;
    else this.roots.push(root);
  }

  finish(findings: Findings): void {
    this.explainDisplaced(findings);
    const { checkpoint, older } = this.check;
    const { size, root } = checkpoint;
    if (this.complete && !this.rootAt(size).equals(root)) {
      const culprit = findings.none
        ? 'leaves or their order were changed together with the tiles, so it cannot be said which'
        : 'see what was found above';
      findings.add('the checkpoint', `the ${size} leaves are not the ones that it signs: ${culprit}`);
    }
    for (const one of older) {
      if (one.origin !== checkpoint.origin) {
        findings.add(one.where, `it is of the log ${one.origin}, not of ${checkpoint.origin}`);
      } else if (one.size > size) {
        findings.add(one.where, `the log was cut off: it had ${one.size} leaves and now has ${size}`);
      } else if (this.complete && !this.rootAt(one.size).equals(one.root)) {
        findings.add(
          one.where,
          `history was rewritten: the first ${one.size} leaves are not the ones that it signs`,
        );
      }
    }
  }

  private rootAt(size: number): Buffer {
    if (size === 0) return emptyRoot();
    const full = Math.floor(size / TILE_WIDTH);
    if (size === this.check.checkpoint.size) return this.roots.rootOf(full, this.edge);
    if (size % TILE_WIDTH === 0) return this.roots.rootOf(full);
    const cuts = this.check.older
      .map((one) => one.size)
      .filter((end) => Math.floor(end / TILE_WIDTH) === full);
    const wanted = cuts
      .filter((end) => end % TILE_WIDTH > 0 && end < this.check.checkpoint.size)
      .indexOf(size);
    return this.roots.rootOf(full, this.cutRoots.get(full)?.[wanted]);
  }

  /** Bundles that stand where the tree has another one of the log. */
  private explainDisplaced(findings: Findings): void {
    const home = new Map(this.displaced.map(({ index, storedRoot }) => [textOf(storedRoot), index]));
    for (const { index, root } of this.displaced) {
      const belongs = home.get(textOf(root));
      if (belongs === undefined) continue;
      const range = `leaves ${belongs * TILE_WIDTH} and following`;
      findings.add(
        `bundle ${index}`,
        `it was given another number: it holds the ${range}, of bundle ${belongs}`,
      );
    }
  }
}

function textOf(root: Uint8Array): string {
  return Buffer.from(root).toString('latin1');
}
