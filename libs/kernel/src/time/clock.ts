import { Injectable } from '@nestjs/common';

/** The only source of the current time, so that a test can stop it. Times are UTC. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** Seconds since the epoch, rounded down, as JWT's NumericDate wants them (RFC 7519, section 2). */
  epochSeconds(): number {
    return Math.floor(this.now().getTime() / 1000);
  }
}
