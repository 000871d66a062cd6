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
/** Longer than any batch takes, because statements are limited to seconds. */
export const STUCK_AFTER_MS = 120_000;

/** The heartbeat file of the worker; a container runs one worker. */
export const HEARTBEAT_FILE = join(tmpdir(), 'veritrail-worker.alive');

/** Whether the worker of this container was alive within the last 30 s and no job hung. */
export function heartbeatIsFresh(file = HEARTBEAT_FILE, now = new Clock().now().getTime()): boolean {
  try {
    return now - statSync(file).mtimeMs < STALE_AFTER_MS;
  } catch {
    return false;
  }
}

/**
 * Touches a file while no job hangs, for health checks without a port. A database outage does not make the worker
 * unhealthy, because a restart would not help.
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
