import { containing } from './like-pattern.js';

describe('containing', () => {
  it('matches the text anywhere', () => {
    expect(containing('report')).toBe('%report%');
  });

  it('escapes the special characters of LIKE', () => {
    expect(containing('100%_\\')).toBe('%100\\%\\_\\\\%');
  });
});
