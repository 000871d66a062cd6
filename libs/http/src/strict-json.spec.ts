import fc from 'fast-check';
import { BadRequestError } from '#libs/kernel';
import { MAX_JSON_DEPTH, parseJson } from './strict-json.js';

const parse = (text: string): unknown => parseJson(Buffer.from(text));

describe('strict JSON', () => {
  it('parses like JSON.parse', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (text.includes('"__proto__"')) return;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('throws BadRequestError for all text that JSON.parse refuses', () => {
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

  it('is at most 32 levels deep', () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(() => parse(deep(MAX_JSON_DEPTH))).not.toThrow();
    expect(() => parse(deep(MAX_JSON_DEPTH + 1))).toThrow('nested more than 32 levels deep');
  });

  it('may contain brackets and braces inside strings', () => {
    expect(parse('{"a":"{\\"a\\":1}","b":"[[[["}')).toEqual({ a: '{"a":1}', b: '[[[[' });
    expect(parse('["a","a",{"a":"a"},{"a":"a"}]')).toEqual(['a', 'a', { a: 'a' }, { a: 'a' }]);
  });

  it('takes time proportional to its length', () => {
    const timed = (length: number): number => {
      const bytes = Buffer.from(`{"a":"${'\\\\'.repeat(length)}"}`);
      // Processor time of this process, so that other load does not matter.
      const before = process.cpuUsage();
      parseJson(bytes);
      return process.cpuUsage(before).user;
    };
    timed(1000);
    expect(timed(500_000)).toBeLessThan(500_000);
  });
});
