import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { Clock } from '#libs/kernel';
import { type EntryStamp } from './entry.js';

const SEQUENCE_START = 2 ** 31;

/**
 * Gives entries their identity: a UUIDv7 (RFC 9562) made of the very time that the entry carries, so that the order of
 * identifiers is the order of recorded times, and a filter by time is a range of identifiers. Within one process and one
 * millisecond they count up; between processes ties are broken at random. A clock that is set back is followed, not hidden.
 */
@Injectable()
export class EntryStamps {
  private milliseconds = -1;
  private sequence = 0;

  constructor(private readonly clock: Clock) {}

  next(): EntryStamp {
    const now = this.clock.now();
    this.sequence = now.getTime() === this.milliseconds ? this.sequence + 1 : randomInt(SEQUENCE_START);
    this.milliseconds = now.getTime();
    return { id: v7({ msecs: this.milliseconds, seq: this.sequence }), occurredAt: now.toISOString() };
  }
}

/** The smallest identifier that an entry of this moment or a later one can have, for a moment in RFC 3339. */
export function firstIdAt(moment: string): string {
  const milliseconds = Math.min(Math.max(0, wholeMilliseconds(moment)), 2 ** 48 - 1);
  const hex = milliseconds.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** Rounded up: an entry at .123 is not at or after .1234. */
function wholeMilliseconds(moment: string): number {
  const beyond = /\.\d{3}(\d+)/.exec(moment)?.[1] ?? '';
  return Date.parse(moment.replace(/(\.\d{3})\d+/, '$1')) + (/[1-9]/.test(beyond) ? 1 : 0);
}
