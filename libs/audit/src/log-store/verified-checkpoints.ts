import { Injectable, Logger } from '@nestjs/common';
import { emptyRoot } from '#libs/merkle';
import {
  CheckpointError,
  NoteError,
  type NoteVerifier,
  openNote,
  parseCheckpoint,
  parseNote,
  readHashes,
} from '#libs/tlog';
import { LogHealth } from '../monitoring/log-health.js';
import { SealedLog, type SignedCheckpoint } from './sealed-log.repository.js';
import { SealedTiles, TileMissingError } from './sealed-tiles.repository.js';
import { VerifierKeys } from './verifier-keys.js';

const LOG_AGAIN_AFTER_MS = 60_000;
/** The first read returns the newest checkpoint only. The others are read while it is false. */
const PAGES = [1, 16, 64];

/** Additional trusted keys for a checkpoint of this origin. */
type OwnKeys = (origin: string) => readonly NoteVerifier[];
/** Why a checkpoint is not used; null if it is. */
type Check = (checkpoint: SignedCheckpoint, verifiers: readonly NoteVerifier[]) => Promise<string | null>;

/**
 * The stored checkpoints that can be believed: a known key has signed them and, for readers, the tiles give their root. A
 * false one is skipped for the next smaller one, logged and reported. When its row is gone, nothing remains of it.
 */
@Injectable()
export class VerifiedCheckpoints {
  private readonly logger = new Logger(VerifiedCheckpoints.name);
  private accepted: SignedCheckpoint | null = null;
  private logged = { reason: '', at: -Infinity };

  constructor(
    private readonly log: SealedLog,
    private readonly tiles: SealedTiles,
    private readonly keys: VerifierKeys,
    private readonly health: LogHealth,
  ) {}

  /** The newest checkpoint that is signed and that the tiles match; null if there is none. */
  async newest(): Promise<SignedCheckpoint | null> {
    this.accepted = await this.find(async (checkpoint, verifiers) => {
      const { size, note } = checkpoint;
      if (this.accepted?.size === size && this.accepted.note === note) return null;
      return signatureProblem(checkpoint, verifiers) ?? (await this.rootProblem(checkpoint));
    });
    return this.accepted;
  }

  /**
   * The newest checkpoint that is signed, for the sequencer, which compares it with tables and anchor itself. `falseOnly`
   * is true when checkpoints exist, but none is signed by a known key.
   */
  async newestSigned(
    ownKeys: OwnKeys,
  ): Promise<{ readonly checkpoint: SignedCheckpoint | null; readonly falseOnly: boolean }> {
    let refused = 0;
    const checkpoint = await this.find(async (candidate, verifiers) => {
      const problem = signatureProblem(candidate, verifiers, ownKeys);
      if (problem !== null) refused++;
      return problem;
    });
    return { checkpoint, falseOnly: checkpoint === null && refused > 0 };
  }

  /** The verifier keys that this process shows, oldest first. */
  async verifierKeys(): Promise<readonly string[]> {
    return this.keys.among(await this.log.storedKeys()).vkeys;
  }

  private async find(check: Check): Promise<SignedCheckpoint | null> {
    const problems: string[] = [];
    let below: number | null = null;
    for (const [page, limit] of PAGES.entries()) {
      const { checkpoints, vkeys } = await this.log.storedCheckpoints(below, limit);
      const known = this.keys.among(vkeys);
      if (page === 0) problems.push(...known.problems);
      for (const checkpoint of checkpoints) {
        const problem = await check(checkpoint, known.verifiers);
        if (problem === null) {
          this.report(problems);
          return checkpoint;
        }
        problems.push(`The stored checkpoint of size ${checkpoint.size} is not used: ${problem}.`);
      }
      if (checkpoints.length < limit) break;
      below = checkpoints.at(-1)?.size ?? null;
    }
    this.report(problems);
    return null;
  }

  private async rootProblem(checkpoint: SignedCheckpoint): Promise<string | null> {
    const problem = await this.compareRoot(checkpoint);
    if (problem === null) return null;
    // The cached tiles may be from before a repair.
    this.tiles.clear();
    return this.compareRoot(checkpoint);
  }

  private async compareRoot({ root, size }: SignedCheckpoint): Promise<string | null> {
    try {
      const [found] =
        size === 0 ? [emptyRoot()] : await readHashes(this.tiles, [{ begin: 0, end: size }], size);
      return found && root.equals(found) ? null : 'the stored tiles have a different root';
    } catch (error) {
      if (error instanceof TileMissingError) return 'the log has fewer leaves';
      throw error;
    }
  }

  private report(problems: readonly string[]): void {
    const reason = problems.length === 0 ? null : problems.slice(0, 3).join(' ');
    this.health.set('checkpoints', reason);
    if (reason === null) return;
    const now = performance.now();
    if (this.logged.reason === reason && now - this.logged.at < LOG_AGAIN_AFTER_MS) return;
    this.logged = { reason, at: now };
    this.logger.error(reason);
  }
}

function signatureProblem(
  { note, root, size }: SignedCheckpoint,
  verifiers: readonly NoteVerifier[],
  ownKeys: OwnKeys = () => [],
): string | null {
  try {
    const { origin } = parseCheckpoint(parseNote(note).text);
    const signed = parseCheckpoint(openNote(note, [...verifiers, ...ownKeys(origin)]));
    return signed.size === size && root.equals(signed.root) ? null : 'its row differs from what is signed';
  } catch (error) {
    if (error instanceof NoteError || error instanceof CheckpointError) return error.message;
    throw error;
  }
}
