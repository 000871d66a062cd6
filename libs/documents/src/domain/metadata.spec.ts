import { metadataProblem } from './metadata.js';

const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 'v']));

describe('metadata', () => {
  it.each([
    [{}],
    [{ country: 'DE', 'x-y.z_1': '' }],
    [fifty],
    [{ k: 'ä'.repeat(1000) }],
    [{ lines: 'a\nb\tc' }],
  ])('takes %j', (value) => expect(metadataProblem(value)).toBeNull());

  it.each([
    [null],
    [[]],
    ['text'],
    [7],
    [{ ...fifty, more: 'v' }],
    [{ '': 'v' }],
    [{ '1st': 'v' }],
    [{ 'with space': 'v' }],
    [{ ['k'.repeat(65)]: 'v' }],
    [{ constructor: 'v' }],
    [{ prototype: 'v' }],
    [JSON.parse('{"__proto__":"v"}')],
    [{ k: 1 }],
    [{ k: null }],
    [{ k: ['v'] }],
    [{ k: { nested: 'v' } }],
    [{ k: 'v'.repeat(1001) }],
    [{ k: 'NUL \u0000' }],
    [{ k: '\ud800' }],
    [{ k: 'turned \u202e around' }],
  ])('refuses %j without repeating it', (value) => {
    expect(metadataProblem(value)).toMatch(/^must /);
  });
});
