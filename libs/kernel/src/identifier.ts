import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import { Clock } from './time/clock.js';

/** Identifiers per fetch of random bytes: the fetch costs more than the rest. */
const POOLED = 256;
const BYTES = 16;
const pool = new Uint8Array(POOLED * BYTES);
let unused = 0;

const clock = new Clock();
let millisecond = -Infinity;
let sequence = 0;

/**
 * A new UUIDv7 (RFC 9562): unique and ordered by creation, within one process also inside a millisecond (section 6.2,
 * method 1). Not secret.
 */
export function newId(): string {
  const random = nextRandom();
  const now = clock.now().getTime();
  if (now > millisecond) {
    millisecond = now;
    sequence = firstSequence(random);
  } else {
    // Also if the machine's clock was set back.
    sequence = (sequence + 1) | 0;
    if (sequence === 0) millisecond += 1;
  }
  return v7({ random, msecs: millisecond, seq: sequence });
}

/** Random bytes that no other identifier uses. */
function nextRandom(): Uint8Array {
  if (unused === 0) {
    randomFillSync(pool);
    unused = POOLED;
  }
  unused -= 1;
  return pool.subarray(unused * BYTES, (unused + 1) * BYTES);
}

/** Leaves the highest bit free for counting up. */
function firstSequence(random: Uint8Array): number {
  return new DataView(random.buffer, random.byteOffset).getUint32(6) >>> 1;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Whether the text is a UUID in canonical form (RFC 9562, section 4), which PostgreSQL accepts. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
