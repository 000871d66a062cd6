import fc from 'fast-check';
import { leafBytes, leafContent } from '../../../../test/support/made-log.js';
import { LeafGlance } from './leaf-glance.js';
import { LeafShapes } from './leaf-shapes.js';
import { readLeaf } from './leaf.js';

const shapes = LeafShapes.start();

/** A quick look by somebody who has seen these leaves before; null for a no. The leaf lies between others, as in a bundle. */
function glanced(leaf: Uint8Array, seen: readonly Uint8Array[]): LeafGlance | null {
  shapes?.forget();
  const glance = new LeafGlance(shapes);
  for (const one of seen) {
    glance.lookAt(Buffer.from(one));
    glance.remember(0, one.length);
  }
  const [before, behind] = [Buffer.from('\\"},]'), Buffer.from('"},]\\')];
  glance.lookAt(Buffer.concat([before, leaf, behind]));
  return glance.accepts(before.length, before.length + leaf.length) ? glance : null;
}

const isSound = (leaf: Uint8Array): boolean => !('problem' in readLeaf(leaf));
const replaced = (leaf: Buffer, from: string | RegExp, to: string): Buffer =>
  Buffer.from(leaf.toString('latin1').replace(from, to), 'latin1');

describe('a quick look at a leaf', () => {
  const seen = [leafBytes(leafContent(3))];

  it('accepts leaves that are like one that was seen, and reads their time', () => {
    for (let index = 0; index < 500; index++) {
      const content = leafContent(index * 77_777);
      const leaf = leafBytes(content);
      expect(glanced(leaf, seen)?.time).toBe(Date.parse(String(content['occurredAt'])));
      expect(isSound(leaf)).toBe(true);
    }
  });

  it('accepts none where Node cannot run the comparison', () => {
    const leaf = leafBytes(leafContent(3));
    const glance = new LeafGlance(null);
    glance.lookAt(leaf);
    glance.remember(0, leaf.length);
    expect(glance.accepts(0, leaf.length)).toBe(false);
  });

  it('accepts none that is like no other', () => {
    const leaf = leafBytes(leafContent(4));
    expect(glanced(leaf, [])).toBeNull();
    expect(glanced(leaf, [leafBytes(leafContent(3, { reasonCode: 'unreadable' }))])).toBeNull();
    expect(glanced(leafBytes(leafContent(4, { outcome: 'denied' })), seen)).toBeNull();
  });

  it('tells identifiers apart by their random end', () => {
    const prints = Array.from(
      { length: 500 },
      (_, index) => glanced(leafBytes(leafContent(index)), seen)?.print,
    );
    expect(new Set(prints).size).toBe(500);
    const [id, print] = ['019b8d2b-8c00-71da-98d7-d701c386d44a', 0x7d701c386d44a];
    expect(glanced(leafBytes({ ...leafContent(0), id }), seen)?.print).toBe(print);
  });

  it.each<[string, string | RegExp, string]>([
    ['a quote in a text', '"verified"', '"veri"ied"'],
    ['an escape that is none', '"verified"', '"verifi\\d"'],
    ['a control character', '"verified"', '"verifi\u001fd"'],
    ['half a character', '"verified"', '"verifi\u00ffd"'],
    ['a name in another place', '"ownerId"', '"Jwnerid"'],
    ['a letter for a digit', '"revision":3', '"revision":a'],
    ['a bracket for a digit', '"revision":3', '"revision":]'],
    ['another version', '"v":1}', '"v":2}'],
    ['a nonce with a gap', /("nonce":"...)./, '$1.'],
    ['loose bits in its nonce', /("nonce":"[^"]+)."/, '$1B"'],
    ['loose bits in its commitment', /("commitment":"[^"]+)."/, '$1B"'],
    ['an identifier that is no number', /("id":"019b8d2.-..)./, '$1g'],
    ['an identifier of another version', /("id":"019b8d2.-....-)7/, '$14'],
    ['an identifier of another variant', /("id":"019b8d2.-....-7...-)./, '$1c'],
    ['an identifier of another time', /("id":"019b8d2.-...)./, '$1f'],
    ['the hour 24', 'T08:', 'T24:'],
    ['the minute 60', 'T08:00', 'T08:60'],
    ['a month that is none', '2026-01', '2026-13'],
    ['a day that does not exist', '2026-01-05', '2026-02-30'],
    ['another commitment', '"sha256","commitment"', '"sha512","commitment"'],
    ['another outcome', '"outcome":"succeeded"', '"outcome":"succeeder"'],
  ])('never accepts %s', (_what, from, to) => {
    const leaf = leafBytes(leafContent(0));
    const changed = replaced(leaf, from, to);
    expect(changed.equals(leaf)).toBe(false);
    expect(changed).toHaveLength(leaf.length);
    expect(glanced(leaf, [leaf])).not.toBeNull();
    expect({ accepted: glanced(changed, [leaf]) !== null, isSound: isSound(changed) }).toEqual({
      accepted: false,
      isSound: false,
    });
  });

  it('never accepts what the exact reader refuses, whatever the leaves hold', () => {
    const anything = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(anything, anything, (details, others) => {
        const known = leafBytes(leafContent(1, { details }));
        const leaf = leafBytes(leafContent(2, { details: others }));
        for (const one of [known, leaf]) expect(isSound(one)).toBe(true);
        expect(glanced(leaf, [known]) === null || isSound(leaf)).toBe(true);
      }),
    );
  });

  it('never accepts what the exact reader refuses, whatever one byte becomes', () => {
    const leaf = leafBytes(
      leafContent(3, { details: { '10': 1, '9': -2, a: [true, 1.5, 'x y!'], b: 12345 } }),
    );
    shapes?.forget();
    const glance = new LeafGlance(shapes);
    glance.lookAt(leaf);
    glance.remember(0, leaf.length);
    const [changed, wronglyAccepted] = [Buffer.from(leaf), new Set<string>()];
    for (let at = 0; at < leaf.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        changed[at] = byte;
        glance.lookAt(changed);
        if (glance.accepts(0, leaf.length) && !isSound(changed)) wronglyAccepted.add(`${at}: ${byte}`);
      }
      changed[at] = leaf[at]!;
    }
    expect([...wronglyAccepted]).toEqual([]);
  });

  it('never accepts what the exact reader refuses, whichever bytes are others', () => {
    const details = { '10': 1, '9': -2, a: [true, 1.5, 'x y!', {}, []], b: 1234567890 };
    const leaf = leafBytes(leafContent(3, { details }));
    const interesting = fc.constantFrom(...Buffer.from('{}[]",:\\0123456789-eE.ntfTZ \u0000\u007fzZ_'));
    const change = fc.tuple(fc.nat(leaf.length - 1), fc.oneof(interesting, fc.nat(255)));
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), (changes, cut) => {
        const changed = Buffer.from(leaf);
        for (const [at, byte] of changes) changed[at] = byte;
        const result = cut ? changed.subarray(0, changes[0]![0]) : changed;
        const isAccepted = glanced(result, [leaf]) !== null;
        if (isAccepted) accepted++;
        expect(!isAccepted || isSound(result)).toBe(true);
      }),
      { numRuns: 4000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('stops remembering what never comes again, and forgets when it has seen too much', () => {
    const glance = new LeafGlance();
    const kind = (length: number): Buffer =>
      leafBytes(leafContent(length, { reasonCode: 'x'.repeat(20_000 + length) }));
    const isRemembered = (leaf: Buffer): boolean => {
      glance.lookAt(leaf);
      if (glance.accepts(0, leaf.length)) return true;
      glance.remember(0, leaf.length);
      return false;
    };
    for (let length = 0; length < 600; length++) expect(isRemembered(kind(length))).toBe(false);
    expect(isRemembered(kind(10))).toBe(false);
    expect(isRemembered(kind(500))).toBe(true);
    expect(isRemembered(kind(599))).toBe(false);
    expect(isRemembered(kind(599))).toBe(false);
  });
});
