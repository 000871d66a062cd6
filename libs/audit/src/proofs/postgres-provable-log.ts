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
import { SealedLog } from '../log-store/sealed-log.repository.js';
import { DocumentLeavesRepository } from './document-leaves.repository.js';
import { type LogState, InclusionProofs } from './inclusion-proofs.js';
import { type DecisionEntry, RecordedDecisionsRepository } from './recorded-decisions.repository.js';
import { SealPoller } from './seal-poller.js';

/** Creates receipts and evidence for the newest checkpoint from the database. */
@Injectable()
export class PostgresProvableLog extends ProvableLog {
  constructor(
    private readonly decisions: RecordedDecisionsRepository,
    private readonly leaves: DocumentLeavesRepository,
    private readonly log: SealedLog,
    private readonly inclusion: InclusionProofs,
    private readonly poller: SealPoller,
  ) {
    super();
  }

  override async findDecision(decision: DecisionRef): Promise<RecordedDecision | null> {
    const entry = await this.decisions.find(decision);
    return entry && { leaf: entry.leaf, receipt: await this.receiptOf(entry) };
  }

  override async findEvidence(decision: DecisionRef): Promise<LoggedEvidence | null> {
    const entry = await this.decisions.find(decision);
    const receipt = entry && (await this.receiptOf(entry));
    if (!entry?.leaf || !entry.sealed || receipt === null) return null;
    const { leaf, sealed } = entry;
    return {
      decision: { leaf, receipt },
      checkpoint: sealed.note,
      size: sealed.size,
      verifierKeys: await this.log.findVerifierKeys(),
      leaves: () => this.leavesAbout(decision.documentId, sealed.size),
      proofs: () => this.proofsAbout(decision.documentId, sealed),
    };
  }

  override async waitUntilSealed(decision: DecisionRef, ms: number): Promise<boolean> {
    const entry = await this.decisions.find(decision);
    if (!entry) return false;
    return entry.sealed !== null || this.poller.waitFor(entry.entryId, ms);
  }

  private async receiptOf({ leaf, sealed }: DecisionEntry): Promise<string | null> {
    if (leaf === null || sealed === null) return null;
    const path = await this.inclusion.prove({ bytes: leaf, index: sealed.index }, sealed);
    return tlogProofText({ index: sealed.index, path, checkpoint: sealed.note });
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
