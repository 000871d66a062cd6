import { findUnsafeValues } from './unsafe-values.js';

const pointers = (value: unknown): string[] => findUnsafeValues(value, 'body').map(({ pointer }) => pointer);

describe('unsafe values', () => {
  it('are found wherever they are', () => {
    expect(pointers({ a: 'x\u0000', b: [{ c: '\ud800' }], d: 'fine' })).toEqual(['/a', '/b/0/c']);
    expect(pointers('\udfff')).toEqual(['']);
  });

  it('are names that mean something to the language', () => {
    expect(pointers({ constructor: 1, a: { prototype: {} } })).toEqual(['/constructor', '/a/prototype']);
    expect(pointers(JSON.parse('{"a":{"__proto__":1}}'))).toEqual(['/a/__proto__']);
  });

  it('are named by what holds them when their name cannot be written', () => {
    expect(pointers({ a: { 'x\u0000': 1 }, '\ud800': 1 })).toEqual(['/a', '']);
  });

  it.each([null, undefined, 7, true, '', 'text', [], {}, { a: { b: [1, 'é', '👩‍👩‍👧'] } }])(
    'are not these: %j',
    (value) => {
      expect(pointers(value)).toEqual([]);
    },
  );
});
