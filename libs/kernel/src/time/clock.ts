import { Injectable } from '@nestjs/common';

/** The only source of the current time, so that tests can control it. Times are UTC. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** Seconds since the epoch, rounded down, for JWT's NumericDate (RFC 7519, section 2). */
  epochSeconds(): number {
    return Math.floor(this.now().getTime() / 1000);
  }
}
