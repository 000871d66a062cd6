import { Injectable } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { Actor, AuditedExecution, AuditTrail } from '#libs/kernel';
import {
  type Checkpoint,
  checkpointText,
  GrowingTree,
  parseCheckpoint,
  parseNote,
  signNote,
} from '#libs/tlog';
import { SealedLog } from '../log-store/sealed-log.repository.js';
import { SealedTiles } from '../log-store/sealed-tiles.repository.js';
import { Anchor, AnchorError } from './anchor.js';
import { findContradiction } from './history-check.js';
import { LogSigners } from './log-signers.js';
import { SealingRepository } from './sealing.repository.js';

/** What an operator has to know before anything is decided. */
export interface LogSituation {
  readonly origin: string;
  readonly size: number;
  readonly published: Checkpoint | null;
  readonly anchored: Checkpoint | null;
  /** Why sealing stands still; null when it does not. */
  readonly contradiction: string | null;
  /** Why not even an operator can go on with these tables; null when `recover` would. */
  readonly refusal: string | null;
}

/** There is nothing to recover, or no way to do it without telling two histories under one name. */
export class LogRecoveryError extends Error {
  override readonly name = 'LogRecoveryError';
}

/**
 * How an operator lets sealing go on after the anchor and the database have parted. Only in two ways: an anchor that was
 * lost is made anew from the newest checkpoint of tables that agree with it; or the log goes on under another name, so
 * that nobody can mistake it for the one whose end is missing. Both leave an entry.
 */
@Injectable()
export class LogRecovery {
  constructor(
    private readonly repository: SealingRepository,
    private readonly log: SealedLog,
    private readonly tiles: SealedTiles,
    private readonly signers: LogSigners,
    private readonly configuration: Configuration,
    private readonly audit: AuditTrail,
    private readonly execution: AuditedExecution,
  ) {}

  async inspect(): Promise<LogSituation> {
    const latest = await this.log.latest();
    const published = latest && parseCheckpoint(parseNote(latest.note).text);
    const origin = this.signers.originOf(published?.origin ?? null);
    const anchored = await this.anchored(origin);
    const { size } = await this.repository.state();
    const contradiction = await findContradiction({ origin, size, published, anchored }, this.tiles);
    const known = { origin, size, published, anchored };
    return { ...known, contradiction, refusal: await this.refusalOf(known) };
  }

  /**
   * Records what is done and why, then makes the anchor from which sealing goes on at its next turn. Throws
   * `LogRecoveryError` when nothing stands still, and for tables that no name can save. May be repeated.
   */
  async recover(reason: string): Promise<LogSituation> {
    const situation = await this.inspect();
    const { origin, contradiction, refusal, published } = situation;
    if (contradiction === null)
      throw new LogRecoveryError('Sealing has not stopped: there is nothing to recover');
    if (refusal !== null) throw new LogRecoveryError(refusal);
    const earlier =
      published &&
      (await this.anchorOf(published.origin)
        .read()
        .catch(() => null));
    await this.execution.run('audit.log_recovered', Actor.operator(), async () => {
      this.audit.setTarget({ type: 'audit_log', id: origin });
      this.audit.addDetails({
        reason,
        contradiction,
        published: published && describe(published),
        anchored: earlier && describe(earlier),
      });
    });
    await this.makeAnchor(situation);
    return situation;
  }

  private async refusalOf({
    origin,
    size,
    published,
    anchored,
  }: Omit<LogSituation, 'contradiction' | 'refusal'>): Promise<string | null> {
    if (anchored !== null) {
      return `Checkpoints of ${origin} were published that cover entries which this database does not have. Restore the lost entries, or set LOG_ORIGIN to a new name and inform the parties that verify the log.`;
    }
    const inTables = await findContradiction({ origin, size, published, anchored: published }, this.tiles);
    return inTables === null
      ? null
      : `${inTables} A new anchor cannot repair this: restore the database from a backup.`;
  }

  private async makeAnchor({ origin, published }: LogSituation): Promise<void> {
    const size = published?.size ?? 0;
    const root = (await GrowingTree.resume(this.tiles, size)).root();
    const note = signNote(checkpointText({ origin, size, root }), this.signers.forOrigin(origin));
    await this.anchorOf(origin).write(size, note);
  }

  private async anchored(origin: string): Promise<Checkpoint | null> {
    try {
      return await this.anchorOf(origin).read();
    } catch (error) {
      if (!(error instanceof AnchorError)) throw error;
      throw new LogRecoveryError(
        `${error.message}: move the file to another place, then repeat the command`,
        { cause: error },
      );
    }
  }

  private anchorOf(origin: string): Anchor {
    return new Anchor(this.configuration.sealing.anchorDir, origin);
  }
}

function describe({ origin, size, root }: Checkpoint) {
  return { origin, size, root: Buffer.from(root).toString('base64') };
}
