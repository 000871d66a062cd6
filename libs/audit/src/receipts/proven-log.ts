import { Injectable } from '@nestjs/common';
import { type DecisionRef, ProvableLog, type RecordedDecision } from '#libs/kernel';
import { tlogProofText } from '../tree/tlog-proof.js';
import { ReceiptProofs } from './receipt-proofs.js';
import { RecordedDecisionsRepository } from './recorded-decisions.repository.js';
import { SealWatch } from './seal-watch.js';

/** Receipts from the tables of the sealed log, always under the newest checkpoint. */
@Injectable()
export class ProvenLog extends ProvableLog {
  constructor(
    private readonly decisions: RecordedDecisionsRepository,
    private readonly proofs: ReceiptProofs,
    private readonly watch: SealWatch,
  ) {
    super();
  }

  override async findDecision(decision: DecisionRef): Promise<RecordedDecision | null> {
    const entry = await this.decisions.find(decision);
    if (!entry) return null;
    const { leaf, sealed } = entry;
    if (leaf === null || sealed === null) return { leaf, receipt: null };
    const path = await this.proofs.prove({ bytes: leaf, index: sealed.index }, sealed);
    return { leaf, receipt: tlogProofText({ index: sealed.index, path, checkpoint: sealed.note }) };
  }

  override async untilSealed(decision: DecisionRef, ms: number): Promise<boolean> {
    const entry = await this.decisions.find(decision);
    if (!entry) return false;
    return entry.sealed !== null || this.watch.until(entry.entryId, ms);
  }
}
