import { preferredWait } from './wait-for-receipt.interceptor.js';

describe('the seconds that a client prefers to wait', () => {
  it.each([
    ['wait=2', 2],
    ['WAIT = 2', 2],
    ['wait="3"', 3],
    ['wait=0', 0],
    ['respond-async, wait=5', 5],
    ['wait=4; foo="some value"', 4],
    ['wait=1, wait=9', 1],
    ['wait=86400', 10],
  ])('%s', (header, seconds) => {
    expect(preferredWait(header)).toBe(seconds);
  });

  it.each([undefined, '', 'respond-async', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=soon', 'waiting=2'])(
    'are none in %j',
    (header) => {
      expect(preferredWait(header)).toBeNull();
    },
  );
});
