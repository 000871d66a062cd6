import { containing } from './like-pattern.js';

describe('the pattern of LIKE', () => {
  it('finds the text anywhere', () => {
    expect(containing('report')).toBe('%report%');
  });

  it('takes its own special characters literally', () => {
    expect(containing('100%_\\')).toBe('%100\\%\\_\\\\%');
  });
});
