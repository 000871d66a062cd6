import { type Finding } from '../findings/findings.js';

interface BundleRoots {
  readonly index: number;
  readonly root: Uint8Array;
  /** The root of the stored tile, if it differs. */
  readonly storedRoot: Uint8Array | null;
}

/** Names the bundles whose leaves belong to another bundle: their root is the root of the tile that is stored there. */
export function explainMovedBundles(bundles: readonly BundleRoots[], width: number): Finding[] {
  const differing = bundles.filter(({ storedRoot }) => storedRoot !== null);
  const indexOf = new Map(differing.map(({ index, storedRoot }) => [textOf(storedRoot), index]));
  return differing.flatMap(({ index, root }) => {
    const origin = indexOf.get(textOf(root));
    if (origin === undefined) return [];
    const why = `it was given another number: it holds the leaves of bundle ${origin}, from leaf ${origin * width} on`;
    return [{ where: `bundle ${index}`, why }];
  });
}

function textOf(root: Uint8Array | null): string {
  return Buffer.from(root ?? []).toString('hex');
}
