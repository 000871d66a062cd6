import fc from 'fast-check';
import { TailBuffer } from './tail-buffer.js';

describe('the last bytes of what passes', () => {
  it('are the last of all together, however they are cut', () => {
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

  it('stay what they were when the memory of a chunk is used for something else', () => {
    const last = new TailBuffer(4);
    const chunk = Buffer.from('abcdef');
    last.take([chunk]);
    chunk.fill('x');
    expect(last.bytes().toString()).toBe('cdef');
  });
});
