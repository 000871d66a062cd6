import fc from 'fast-check';
import { leafBytes, leafContent } from '../../../../test/support/made-log.js';
import { LeafGlance } from './leaf-glance.js';
import { readLeaf } from './leaf.js';

/** Whether the quick look says yes; the leaf lies between others, as in a bundle. */
function glanced(leaf: Uint8Array): LeafGlance | null {
  const around = Buffer.from('"},]');
  const glance = new LeafGlance();
  return glance.accepts(Buffer.concat([around, leaf, around]), around.length, around.length + leaf.length)
    ? glance
    : null;
}

const isSound = (leaf: Uint8Array): boolean => !('problem' in readLeaf(leaf));

describe('a quick look at a leaf', () => {
  it('accepts ordinary leaves, and reads their time', () => {
    for (let index = 0; index < 500; index++) {
      const content = leafContent(index * 77_777);
      const leaf = leafBytes(content);
      expect(glanced(leaf)?.time).toBe(Date.parse(String(content['occurredAt'])));
      expect(isSound(leaf)).toBe(true);
    }
  });

  it('tells identifiers apart by their random end', () => {
    const prints = Array.from({ length: 500 }, (_, index) => glanced(leafBytes(leafContent(index)))?.print);
    expect(new Set(prints).size).toBe(500);
  });

  it('never accepts what the exact reader refuses, whatever the leaf holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (details) => {
        const leaf = leafBytes(leafContent(1, { details }));
        expect(glanced(leaf) === null || isSound(leaf)).toBe(true);
        expect(isSound(leaf)).toBe(true);
      }),
    );
  });

  it('never accepts what the exact reader refuses, whichever bytes are others', () => {
    const leaf = leafBytes(leafContent(3));
    const interesting = fc.constantFrom(...Buffer.from('{}[]",:\\0123456789-eE.ntfTZ \u0000\u007fzZ_'));
    const change = fc.tuple(fc.nat(leaf.length - 1), fc.oneof(interesting, fc.nat(255)));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), (changes, cut) => {
        const changed = Buffer.from(leaf);
        for (const [at, byte] of changes) changed[at] = byte;
        const result = cut ? changed.subarray(0, changes[0]![0]) : changed;
        expect(glanced(result) === null || isSound(result)).toBe(true);
      }),
      { numRuns: 4000 },
    );
  });
});
