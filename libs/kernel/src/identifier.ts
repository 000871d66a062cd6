import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import { Clock } from './time/clock.js';

/** Random bytes are fetched for so many identifiers at once: fetching them costs more than all else about one. */
const POOLED = 256;
const BYTES = 16;
const pool = new Uint8Array(POOLED * BYTES);
let unused = 0;

const clock = new Clock();
let millisecond = -Infinity;
let sequence = 0;

/**
 * A new UUIDv7 (RFC 9562): unique, ordered by creation, within one process also inside of a millisecond (section 6.2,
 * method 1), and no secret.
 */
export function newId(): string {
  const random = nextRandom();
  const now = clock.now().getTime();
  if (now > millisecond) {
    millisecond = now;
    sequence = firstSequence(random);
  } else {
    // Also when the clock of the machine was set back.
    sequence = (sequence + 1) | 0;
    if (sequence === 0) millisecond += 1;
  }
  return v7({ random, msecs: millisecond, seq: sequence });
}

/** Bytes that are given to nobody else. */
function nextRandom(): Uint8Array {
  if (unused === 0) {
    randomFillSync(pool);
    unused = POOLED;
  }
  unused -= 1;
  return pool.subarray(unused * BYTES, (unused + 1) * BYTES);
}

/** Room to count upwards from: the highest bit is free. */
function firstSequence(random: Uint8Array): number {
  return new DataView(random.buffer, random.byteOffset).getUint32(6) >>> 1;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Whether the text is a UUID in its canonical form (RFC 9562, section 4), which PostgreSQL takes without an error. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
