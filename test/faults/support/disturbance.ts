import { setTimeout as sleep } from 'node:timers/promises';
import { between } from './files.js';
import { type Scene } from './scene.js';

const SESSIONS_EVERY_MS = 700;
const KILL_EVERY_MS = 4000;

/**
 * Faults beside a workload until it is stopped: sessions of the application are terminated, and now and then an instance
 * is killed and started again (F06 and F01 at once). `stop` resolves when every instance is ready.
 */
export class Disturbance {
  kills = 0;
  terminations = 0;
  private readonly stopping = new AbortController();
  private readonly running: Promise<unknown>;

  private constructor(private readonly scene: Scene) {
    this.running = Promise.all([this.terminateSessions(), this.killInstances()]);
  }

  static begin(scene: Scene): Disturbance {
    return new Disturbance(scene);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all(this.scene.stack.apis.map((api) => api.ready(10_000)));
  }

  private async terminateSessions(): Promise<void> {
    const admin = await this.scene.stack.postgres.connect();
    while (await this.pause(SESSIONS_EVERY_MS)) {
      const { rowCount } = await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'veritrail%'`,
      );
      this.terminations += rowCount ?? 0;
    }
    await admin.end();
  }

  private async killInstances(): Promise<void> {
    const { apis } = this.scene.stack;
    while (await this.pause(KILL_EVERY_MS)) {
      const api = apis[between(0, apis.length - 1)];
      await api?.running.kill();
      await sleep(50);
      // A start may meet a session that is terminated under it; whoever supervises starts it again.
      for (let started = false; !started;)
        started =
          (await api?.start().then(
            () => true,
            () => false,
          )) ?? true;
      this.kills += 1;
    }
  }

  private async pause(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    return !this.stopping.signal.aborted;
  }
}
