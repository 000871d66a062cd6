import fc from 'fast-check';
import { TailBuffer } from './tail-buffer.js';

describe('the last bytes of a stream', () => {
  it('do not depend on how the stream is cut into chunks', () => {
    const batches = fc.array(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 5 }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), batches, (capacity, all) => {
        const last = new TailBuffer(capacity);
        for (const batch of all) last.take(batch.map((bytes) => Buffer.from(bytes)));
        const whole = Buffer.concat(all.flat());
        expect(last.bytes().equals(whole.subarray(Math.max(0, whole.length - capacity)))).toBe(true);
      }),
    );
  });

  it('do not change when the memory of a chunk is reused', () => {
    const last = new TailBuffer(4);
    const chunk = Buffer.from('abcdef');
    last.take([chunk]);
    chunk.fill('x');
    expect(last.bytes().toString()).toBe('cdef');
  });
});
