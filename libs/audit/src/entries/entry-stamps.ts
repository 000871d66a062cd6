import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { Clock } from '#libs/kernel';
import { type EntryStamp } from './entry.js';

const SEQUENCE_START = 2 ** 31;

/**
 * Creates identifiers and times of entries. The identifier is a UUIDv7 (RFC 9562) of the recorded time, so that both have the
 * same order and a time filter is a range of identifiers. Identifiers of one process and millisecond increase; between
 * processes the order within a millisecond is random. If the clock is set back, the times follow it.
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

/** The smallest identifier of an entry at or after this time (RFC 3339). */
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
