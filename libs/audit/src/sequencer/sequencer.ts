import { Injectable, Logger } from '@nestjs/common';
import { BackgroundJob, type JobWork } from '#libs/jobs';
import { Clock } from '#libs/kernel';
import { StoppedWork } from '#libs/observability';
import { UnitOfWork } from '#libs/postgres';
import { checkpointText, signNote } from '#libs/tlog';
import { VerifiedCheckpoints } from '../log-store/verified-checkpoints.js';
import { UnsealedScan } from '../log-store/unsealed-scan.js';
import { SealedTiles } from '../log-store/sealed-tiles.repository.js';
import { LogSigners } from './log-signers.js';
import { SealingMetrics } from './sealing-metrics.js';
import { HistoryChangedError, SealingStoppedError, SealingTerm } from './sealing-term.js';
import { SealingRepository } from './sealing.repository.js';
import { SealingConfiguration } from './sealing.configuration.js';

/** The name of the job, of its leader lock and of the stopped work. */
export const SEALING = 'audit.seal';

/** A batch is one transaction, and all its entries are in memory. */
const BATCH = 2000;
/** Looks for entries that the stored progress skips. */
const SWEEP_EVERY_MS = 30_000;
const CHECK_AGAIN_AFTER_MS = 5000;
const LOG_AGAIN_AFTER_MS = 60_000;

/**
 * Assigns permanent indexes to entries and signs checkpoints, in this order:
 *
 * 1. One transaction stores contiguous indexes of committed entries, and the full tiles. Two sequencers cannot use the same
 *    index; a crash here changes nothing.
 * 2. The anchor, outside the database, durably stores the signed checkpoint.
 * 3. The database stores the checkpoint, which publishes it. After a crash before this step, the next leader signs the state
 *    of the tables, which contains everything that was ever in the anchor.
 *
 * So no published checkpoint is ahead of the anchor, and the anchor is ahead of the tables only if the database was set back.
 * Then sealing stops until an operator resolves the contradiction.
 */
@Injectable()
@BackgroundJob({ name: SEALING, everyMs: 250, isRoutine: true })
export class Sequencer implements JobWork {
  private readonly logger = new Logger(Sequencer.name);
  private term: SealingTerm | null = null;
  private readonly scan: UnsealedScan;
  private sweptAt = -Infinity;
  private skipped: ReadonlySet<string> = new Set();
  private stoppedSince: { readonly reason: string; checkedAt: number; loggedAt: number } | null = null;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: SealingRepository,
    private readonly checkpoints: VerifiedCheckpoints,
    private readonly signers: LogSigners,
    private readonly configuration: SealingConfiguration,
    private readonly stopped: StoppedWork,
    private readonly metrics: SealingMetrics,
    private readonly clock: Clock,
  ) {
    stopped.register(SEALING);
    this.scan = new UnsealedScan(uow);
  }

  /**
   * Seals one batch and publishes the checkpoint that covers it. Returns the number of sealed entries if more may be waiting,
   * otherwise 0. After a failure, the next call reads the state from the database again.
   */
  async run(): Promise<number> {
    if (this.stoppedSince && performance.now() - this.stoppedSince.checkedAt < CHECK_AGAIN_AFTER_MS) return 0;
    try {
      const term = (this.term ??= await this.begin());
      const sealed = await term.seal(BATCH);
      if (sealed < BATCH) await this.sweep(term);
      await this.publish(term);
      return sealed < BATCH ? 0 : sealed;
    } catch (error) {
      this.term = null;
      if (error instanceof HistoryChangedError) return 0;
      if (!(error instanceof SealingStoppedError)) throw error;
      this.reportStop(error.message);
      return 0;
    }
  }

  /** Another process is the leader: discards the state and the reported stop, which the leader reports now. */
  stepDown(): void {
    this.term = null;
    this.clearStop();
  }

  private async begin(): Promise<SealingTerm> {
    const { anchorDir } = this.configuration;
    const { repository, checkpoints, signers, uow } = this;
    // A new cache: the tables may belong to a different database than before.
    const tiles = new SealedTiles(uow);
    const term = await SealingTerm.begin({ repository, checkpoints, tiles, signers, uow, anchorDir });
    this.clearStop();
    this.logger.log(`Sealing ${term.origin}, starting at size ${term.size}`);
    return term;
  }

  /**
   * Seals what the progress skips, one part of the log at each call. An entry that is found unsealed twice was committed
   * before the batch in between, which should have contained it.
   */
  private async sweep(term: SealingTerm): Promise<void> {
    if (performance.now() - this.sweptAt < SWEEP_EVERY_MS) return;
    const { ids, isComplete } = await this.scan.next();
    const again = ids.filter((id) => this.skipped.has(id));
    this.skipped = new Set(ids);
    if (again.length > 0) {
      const sealed = await term.sealThese(again);
      this.logger.error(`Sealed ${sealed} audit entries that the stored progress had skipped`);
    }
    if (ids.length === 0 && isComplete) this.sweptAt = performance.now();
  }

  private async publish(term: SealingTerm): Promise<void> {
    if (term.published === term.size) return;
    const { origin, size, root } = term.checkpoint();
    const signers = this.signers.forOrigin(origin);
    const note = signNote(checkpointText({ origin, size, root }), signers);
    await term.anchor.write(size, note);
    const signedAt = this.clock.now();
    const vkeys = signers.map(({ verifier }) => verifier.vkey);
    const checkpoint = { size, root: Buffer.from(root), note, signedAt };
    await this.uow.transact(() => this.repository.publish(checkpoint, vkeys), { separate: true });
    this.metrics.published(size, term.markPublished(this.clock.now()));
  }

  private reportStop(reason: string): void {
    const now = performance.now();
    const loggedAt = this.stoppedSince?.reason === reason ? this.stoppedSince.loggedAt : -Infinity;
    const isDue = now - loggedAt > LOG_AGAIN_AFTER_MS;
    if (isDue) this.logger.error(`Sealing has stopped: ${reason}`);
    this.stoppedSince = { reason, checkedAt: now, loggedAt: isDue ? now : loggedAt };
    this.stopped.stop(SEALING, reason);
  }

  private clearStop(): void {
    if (!this.stoppedSince) return;
    this.stoppedSince = null;
    this.stopped.resume(SEALING);
  }
}
