import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { JobRunner } from './job-runner.js';

const EVERY_MS = 5000;
const STALE_AFTER_MS = 30_000;
/** Longer than any batch may take: its statements are limited to seconds each. */
export const STUCK_AFTER_MS = 120_000;

/** Where a container's worker says that it lives; a container runs one. */
export const HEARTBEAT_FILE = join(tmpdir(), 'veritrail-worker.alive');

/** Whether a worker of this container was alive, and none of its jobs stuck, within the last half minute. */
export function heartbeatIsFresh(file = HEARTBEAT_FILE, now = new Clock().now().getTime()): boolean {
  try {
    return now - statSync(file).mtimeMs < STALE_AFTER_MS;
  } catch {
    return false;
  }
}

/**
 * Touches a file as long as every job's loop comes round, for health checks that have no port to ask. A database that is
 * away does not make the worker unhealthy: starting it again would not bring the database back.
 */
@Injectable()
export class Heartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Heartbeat.name);
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly runner: JobRunner,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.beat();
    this.timer = setInterval(() => this.beat(), EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
  }

  private beat(): void {
    const stuck = this.runner.stuck(STUCK_AFTER_MS);
    if (stuck.length > 0) {
      this.logger.error(`No heartbeat, because jobs hang: ${stuck.join(', ')}`);
      return;
    }
    try {
      writeFileSync(HEARTBEAT_FILE, '', { flag: 'a' });
      const now = this.clock.now();
      utimesSync(HEARTBEAT_FILE, now, now);
    } catch (error) {
      this.logger.warn(`The heartbeat cannot be written: ${String(error)}`);
    }
  }
}
