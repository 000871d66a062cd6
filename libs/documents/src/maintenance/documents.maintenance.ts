import { Actor, type AuditAction, AuditedExecution, AuditTrail, Clock } from '#libs/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { auditTransition } from '../documents/document-audit.js';
import { Document } from '../domain/document.js';
import { type Transition } from '../domain/document-state.js';
import { DocumentsRepository } from '../documents/documents.repository.js';
import { DueDocumentsRepository } from './due-documents.repository.js';

/** The maximum number of documents that one call changes; the next call continues. */
const BATCH = 500;

/** The result of one call. `failed` documents stay due; the next call tries them again. */
export interface MaintenanceReport {
  readonly changed: number;
  readonly failed: number;
}

/**
 * Changes documents whose claim or verification has expired. Any number of processes may call it at the same time: each
 * document is changed in its own transaction, with its audit entry, and a process skips documents that another process has locked.
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

  /** Returns documents with an expired claim to `pending`. */
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
    action: AuditAction,
    verb: (document: Document, at: Date) => Transition | null,
  ): Promise<MaintenanceReport> {
    let changed = 0;
    let failed = 0;
    for (const id of ids) {
      try {
        if (await this.execution.run(action, Actor.system('documents'), () => this.change(id, verb)))
          changed++;
      } catch (error) {
        // One document that cannot be changed must not block the others.
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
