import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  type DecisionRef,
  type LeafProof,
  type LoggedEvidence,
  ProvableLog,
  type RecordedDecision,
} from './provable-log.js';
import { tlogProofText } from '#libs/tlog';
import { type SignedCheckpoint } from '../log-store/sealed-log.repository.js';
import { VerifiedCheckpoints } from '../log-store/verified-checkpoints.js';
import { DocumentLeavesRepository } from './document-leaves.repository.js';
import { type LogState, InclusionProofs } from './inclusion-proofs.js';
import { type DecisionEntry, RecordedDecisionsRepository } from './recorded-decisions.repository.js';
import { SealPoller } from './seal-poller.js';

interface ProvableLeaf {
  readonly leaf: Buffer;
  readonly index: number;
  readonly checkpoint: SignedCheckpoint;
}

/** Creates receipts and evidence for the newest checkpoint from the database. */
@Injectable()
export class PostgresProvableLog extends ProvableLog {
  constructor(
    private readonly decisions: RecordedDecisionsRepository,
    private readonly leaves: DocumentLeavesRepository,
    private readonly checkpoints: VerifiedCheckpoints,
    private readonly inclusion: InclusionProofs,
    private readonly poller: SealPoller,
  ) {
    super();
  }

  override async findDecision(decision: DecisionRef): Promise<RecordedDecision | null> {
    const entry = await this.decisions.find(decision);
    if (!entry) return null;
    const provable = await this.provable(entry);
    return { leaf: entry.leaf, receipt: provable && (await this.receiptOf(provable)) };
  }

  override async findEvidence(decision: DecisionRef): Promise<LoggedEvidence | null> {
    const entry = await this.decisions.find(decision);
    const provable = entry && (await this.provable(entry));
    if (!provable) return null;
    const { leaf, checkpoint } = provable;
    return {
      decision: { leaf, receipt: await this.receiptOf(provable) },
      checkpoint: checkpoint.note,
      size: checkpoint.size,
      verifierKeys: await this.checkpoints.verifierKeys(),
      leaves: () => this.leavesAbout(decision.documentId, checkpoint.size),
      proofs: () => this.proofsAbout(decision.documentId, checkpoint),
    };
  }

  override async waitUntilSealed(decision: DecisionRef, ms: number): Promise<boolean> {
    const entry = await this.decisions.find(decision);
    if (!entry) return false;
    return (await this.provable(entry)) !== null || this.poller.waitFor(entry.entryId, ms);
  }

  /** Null while no checkpoint covers the entry. */
  private async provable({ leaf, index }: DecisionEntry): Promise<ProvableLeaf | null> {
    const checkpoint = index === null ? null : await this.checkpoints.newest();
    if (leaf === null || index === null || checkpoint === null || checkpoint.size <= index) return null;
    return { leaf, index, checkpoint };
  }

  private async receiptOf({ leaf, index, checkpoint }: ProvableLeaf): Promise<string> {
    const path = await this.inclusion.prove({ bytes: leaf, index }, checkpoint);
    return tlogProofText({ index, path, checkpoint: checkpoint.note });
  }

  private async *leavesAbout(documentId: string, size: number): AsyncGenerator<readonly Uint8Array[]> {
    for await (const batch of this.leaves.about(documentId, size)) yield batch.map(({ bytes }) => bytes);
  }

  private async *proofsAbout(documentId: string, state: LogState): AsyncGenerator<LeafProof> {
    for await (const batch of this.leaves.about(documentId, state.size)) {
      for (const leaf of batch) {
        yield { index: leaf.index, path: await this.inclusion.prove(leaf, state) };
        // Proofs from cached tiles need no I/O: without this, the loop would block other requests.
        await nextTurn();
      }
    }
  }
}
