import { Injectable } from '@nestjs/common';
import { type DecisionRef, NotSealedYetError, ProvableLog, type RecordedDecision } from '#libs/audit';
import { type Actor } from '#libs/kernel';
import { DocumentReadsRepository } from '../documents/document-reads.repository.js';
import { DocumentTrailRepository } from '../documents/document-trail.repository.js';
import { readableOf } from '../documents/visibility.js';

/** Proofs of decisions, for whoever may read the document. Throws `NotFoundError` for everybody else. */
@Injectable()
export class ReceiptsService {
  constructor(
    private readonly documents: DocumentReadsRepository,
    private readonly trail: DocumentTrailRepository,
    private readonly log: ProvableLog,
  ) {}

  /** The tlog-proof under the newest checkpoint. Throws `NotSealedYetError` before one covers the decision. */
  async receipt(actor: Actor, decision: DecisionRef): Promise<Buffer> {
    const { receipt } = await this.recorded(actor, decision);
    if (receipt === null) throw new NotSealedYetError();
    return Buffer.from(receipt);
  }

  /** The bytes that the receipt is about. */
  async leaf(actor: Actor, decision: DecisionRef): Promise<Buffer> {
    const { leaf } = await this.recorded(actor, decision);
    if (leaf === null) throw new NotSealedYetError();
    return Buffer.from(leaf);
  }

  private async recorded(actor: Actor, decision: DecisionRef): Promise<RecordedDecision> {
    await this.documents.getOwner(decision.documentId, readableOf(actor));
    await this.trail.requireDecision(decision.documentId, decision.decisionId);
    const recorded = await this.log.findDecision(decision);
    if (!recorded) throw new Error(`The decision ${decision.decisionId} is not in the audit log`);
    return recorded;
  }
}
