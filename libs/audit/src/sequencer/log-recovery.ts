import { Injectable } from '@nestjs/common';
import { Actor, AuditedExecution, AuditTrail } from '#libs/kernel';
import {
  type Checkpoint,
  checkpointText,
  GrowingTree,
  parseCheckpoint,
  parseNote,
  signNote,
} from '#libs/tlog';
import { VerifiedCheckpoints } from '../log-store/verified-checkpoints.js';
import { SealedTiles } from '../log-store/sealed-tiles.repository.js';
import { Anchor, AnchorError } from './anchor.js';
import { findContradiction, NO_SIGNED_CHECKPOINT } from './history-check.js';
import { LogSigners } from './log-signers.js';
import { SealingRepository } from './sealing.repository.js';
import { SealingConfiguration } from './sealing.configuration.js';

/** The state of the log, for the operator's decision. */
export interface LogSituation {
  readonly origin: string;
  readonly size: number;
  readonly published: Checkpoint | null;
  readonly anchored: Checkpoint | null;
  /** Why sealing has stopped; null when it has not. */
  readonly contradiction: string | null;
  /** Why `recover` would refuse to continue with these tables; null when it would not. */
  readonly refusal: string | null;
}

/** There is nothing to recover, or recovery would sign two histories with the same origin. */
export class LogRecoveryError extends Error {
  override readonly name = 'LogRecoveryError';
}

/**
 * Lets an operator resume sealing after the anchor and the database diverged, in two cases: a lost anchor is created again
 * from the newest checkpoint if the tables match it; or the log continues with a new origin, so that readers can distinguish
 * it from the log whose end is missing. Both are recorded as an entry.
 */
@Injectable()
export class LogRecovery {
  constructor(
    private readonly repository: SealingRepository,
    private readonly checkpoints: VerifiedCheckpoints,
    private readonly tiles: SealedTiles,
    private readonly signers: LogSigners,
    private readonly configuration: SealingConfiguration,
    private readonly audit: AuditTrail,
    private readonly execution: AuditedExecution,
  ) {}

  async inspect(): Promise<LogSituation> {
    const { checkpoint: latest, falseOnly } = await this.checkpoints.newestSigned(this.signers.ownKeys);
    if (falseOnly) throw new LogRecoveryError(NO_SIGNED_CHECKPOINT);
    const published = latest && parseCheckpoint(parseNote(latest.note).text);
    const origin = this.signers.originOf(published?.origin ?? null);
    const anchored = await this.anchored(origin);
    const { size } = await this.repository.state();
    const contradiction = await findContradiction({ origin, size, published, anchored }, this.tiles);
    const known = { origin, size, published, anchored };
    return { ...known, contradiction, refusal: await this.refusalOf(known) };
  }

  /**
   * Records the recovery with its reason, then creates the anchor with which the sequencer continues at its next run. Throws
   * `LogRecoveryError` when sealing has not stopped, and for tables that contradict their own checkpoint. May be repeated.
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
    return new Anchor(this.configuration.anchorDir, origin);
  }
}

function describe({ origin, size, root }: Checkpoint) {
  return { origin, size, root: Buffer.from(root).toString('base64') };
}
