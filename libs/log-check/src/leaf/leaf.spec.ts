import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { leafBytes, leafContent } from '../../../../test/support/reference-log.js';
import { readLeaf } from './leaf.js';

const isValid = (leaf: Uint8Array): boolean => !('problem' in readLeaf(leaf));
const replaced = (leaf: Buffer, from: string | RegExp, to: string): Buffer =>
  Buffer.from(leaf.toString('latin1').replace(from, to), 'latin1');

const BITS = [1, 2, 4, 8, 16, 32, 64, 128];
/** Bytes that mean something in JSON, in numbers or in times. */
const STRUCTURAL = Buffer.from('{}[]",:\\0123456789-eE.ntfTZ \u0000\u007fzZ_');

/** Whether bytes are the canonical JSON of their content, by the library that writes leaves. */
const isCanonical = (leaf: Buffer): boolean =>
  Buffer.from(canonicalize(JSON.parse(leaf.toString())) ?? '').equals(leaf);

describe('a leaf', () => {
  it('is read with its time and content', () => {
    for (let index = 0; index < 500; index++) {
      const content = leafContent(index * 77_777);
      const time = Date.parse(String(content['occurredAt']));
      expect(readLeaf(leafBytes(content))).toMatchObject({ time, content: { id: content['id'] } });
    }
  });

  it.each<[string, string | RegExp, string]>([
    ['a quote in a text', '"verified"', '"veri"ied"'],
    ['an invalid escape', '"verified"', '"verifi\\d"'],
    ['a control character', '"verified"', '"verifi\u001fd"'],
    ['invalid UTF-8', '"verified"', '"verifi\u00ffd"'],
    ['a name in the wrong place', '"ownerId"', '"Jwnerid"'],
    ['a letter for a digit', '"revision":3', '"revision":a'],
    ['a bracket for a digit', '"revision":3', '"revision":]'],
    ['another version', '"v":1}', '"v":2}'],
    ['a nonce with an invalid character', /("nonce":"...)./, '$1.'],
    ['unused bits in its nonce', /("nonce":"[^"]+)."/, '$1B"'],
    ['unused bits in its commitment', /("commitment":"[^"]+)."/, '$1B"'],
    ['an identifier that is not hexadecimal', /("id":"019b8d2.-..)./, '$1g'],
    ['an identifier of another version', /("id":"019b8d2.-....-)7/, '$14'],
    ['an identifier of another variant', /("id":"019b8d2.-....-7...-)./, '$1c'],
    ['an identifier of another time', /("id":"019b8d2.-...)./, '$1f'],
    ['the hour 24', 'T08:', 'T24:'],
    ['the minute 60', 'T08:00', 'T08:60'],
    ['the month 13', '2026-01', '2026-13'],
    ['a day that does not exist', '2026-01-05', '2026-02-30'],
    ['another commitment', '"sha256","commitment"', '"sha512","commitment"'],
    ['another outcome', '"outcome":"succeeded"', '"outcome":"succeeder"'],
  ])('with %s is refused', (_what, from, to) => {
    const leaf = leafBytes(leafContent(0));
    const changed = replaced(leaf, from, to);
    expect(changed.equals(leaf)).toBe(false);
    expect(changed).toHaveLength(leaf.length);
    expect({ before: isValid(leaf), after: isValid(changed) }).toEqual({ before: true, after: false });
  });

  it('may contain any JSON value', () => {
    const anything = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(anything, (details) => {
        expect(isValid(leafBytes(leafContent(1, { details })))).toBe(true);
      }),
    );
  });

  it('is valid only if it is canonical, whichever bit is flipped and whatever structural character one byte becomes', () => {
    const details = { '10': 1, '9': -2, a: [true, 1.5, 'x y!'], b: 12345 };
    const leaf = leafBytes(leafContent(3, { details }));
    const changed = Buffer.from(leaf);
    const wronglyValid = new Set<string>();
    let valid = 0;
    for (let at = 0; at < leaf.length; at++) {
      for (const byte of [...BITS.map((bit) => leaf[at]! ^ bit), ...STRUCTURAL]) {
        changed[at] = byte;
        if (!isValid(changed)) continue;
        valid++;
        if (!isCanonical(changed)) wronglyValid.add(`${at}: ${byte}`);
      }
      changed[at] = leaf[at]!;
    }
    expect([...wronglyValid]).toEqual([]);
    expect(valid).toBeGreaterThan(leaf.length / 2);
  });

  it('is valid only if it is canonical, whichever bytes change', () => {
    const details = { '10': 1, '9': -2, a: [true, 1.5, 'x y!', {}, []], b: 1234567890 };
    const leaf = leafBytes(leafContent(3, { details }));
    const change = fc.tuple(fc.nat(leaf.length - 1), fc.oneof(fc.constantFrom(...STRUCTURAL), fc.nat(255)));
    let valid = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), (changes, cut) => {
        const changed = Buffer.from(leaf);
        for (const [at, byte] of changes) changed[at] = byte;
        const result = cut ? changed.subarray(0, changes[0]![0]) : changed;
        if (!isValid(result)) return;
        valid++;
        expect(isCanonical(result)).toBe(true);
      }),
      { numRuns: 4000 },
    );
    expect(valid).toBeGreaterThan(100);
  });
});
