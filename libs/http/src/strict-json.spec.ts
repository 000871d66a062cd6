import fc from 'fast-check';
import { BadRequestError } from '#libs/kernel';
import { MAX_JSON_DEPTH, parseJson } from './strict-json.js';

const parse = (text: string): unknown => parseJson(Buffer.from(text));

describe('strict JSON', () => {
  it('is read as the language reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (text.includes('"__proto__"')) return;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is refused, and only as a bad request, when the language refuses it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\\\ \n0a1-.eutfl') }), (text) => {
        let expected: unknown;
        let valid = true;
        try {
          expected = JSON.parse(text);
        } catch {
          valid = false;
        }
        try {
          expect(parse(text)).toEqual(expected);
          expect(valid).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(BadRequestError);
        }
      }),
    );
  });

  it('is as deep as allowed and not deeper', () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(() => parse(deep(MAX_JSON_DEPTH))).not.toThrow();
    expect(() => parse(deep(MAX_JSON_DEPTH + 1))).toThrow('nested more than 32 levels deep');
  });

  it('may hold what looks like structure inside of texts', () => {
    expect(parse('{"a":"{\\"a\\":1}","b":"[[[["}')).toEqual({ a: '{"a":1}', b: '[[[[' });
    expect(parse('["a","a",{"a":"a"},{"a":"a"}]')).toEqual(['a', 'a', { a: 'a' }, { a: 'a' }]);
  });

  it('takes time in proportion to its length', () => {
    const timed = (length: number): number => {
      const bytes = Buffer.from(`{"a":"${'\\\\'.repeat(length)}"}`);
      // Of this process, however busy the machine is.
      const before = process.cpuUsage();
      parseJson(bytes);
      return process.cpuUsage(before).user;
    };
    timed(1000);
    expect(timed(500_000)).toBeLessThan(500_000);
  });
});
