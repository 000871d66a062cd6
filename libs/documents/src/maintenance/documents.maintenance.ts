import { Actor, AuditedExecution, AuditTrail, Clock } from '#libs/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { auditTransition } from '../documents/document-audit.js';
import { Document } from '../domain/document.js';
import { type Transition } from '../domain/document-state.js';
import { DocumentsRepository } from '../documents/documents.repository.js';
import { DueDocumentsRepository } from './due-documents.repository.js';

/** How many documents one call changes at most; the next call goes on. */
const BATCH = 500;

/** What one call did: `failed` ones stay due and are tried again by the next call. */
export interface MaintenanceReport {
  readonly changed: number;
  readonly failed: number;
}

/**
 * What the clock does to documents. Any number of processes may call it at the same time: each document is changed in a
 * transaction of its own, with its audit entry, by whoever locks it first; the others pass it by.
 */
@Injectable()
export class DocumentsMaintenance {
  private readonly logger = new Logger(DocumentsMaintenance.name);

  constructor(
    private readonly due: DueDocumentsRepository,
    private readonly documents: DocumentsRepository,
    private readonly execution: AuditedExecution,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Returns documents whose claim ran out to the queue. */
  async expireLeases(): Promise<MaintenanceReport> {
    const ids = await this.due.lapsedLeases(this.clock.now(), BATCH);
    return this.changeEach(ids, 'document.lease_expired', (document, at) => document.expireLease(at));
  }

  /** Ends verifications whose date has passed. */
  async expireVerified(): Promise<MaintenanceReport> {
    const ids = await this.due.pastValidity(this.clock.now(), BATCH);
    return this.changeEach(ids, 'document.expired', (document, at) => document.expire(at));
  }

  private async changeEach(
    ids: readonly string[],
    action: string,
    verb: (document: Document, at: Date) => Transition | null,
  ): Promise<MaintenanceReport> {
    let changed = 0;
    let failed = 0;
    for (const id of ids) {
      try {
        if (await this.execution.run(action, Actor.system('documents'), () => this.change(id, verb)))
          changed++;
      } catch (error) {
        // One document that cannot be changed now must not keep the others waiting.
        failed++;
        this.logger.error(`${action} failed for document ${id}`, error);
      }
    }
    return { changed, failed };
  }

  private async change(
    id: string,
    verb: (document: Document, at: Date) => Transition | null,
  ): Promise<boolean> {
    const change = await this.documents.updateUnlessLocked(id, (document) =>
      verb(document, this.clock.now()),
    );
    if (!change?.transition) {
      this.audit.suppress();
      return false;
    }
    auditTransition(this.audit, change.before, change.transition);
    return true;
  }
}
