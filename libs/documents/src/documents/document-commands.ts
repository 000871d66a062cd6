import { type RevisionPrecondition } from '#libs/http';
import { type Actor, AuditTrail, Clock } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { auditTarget, auditTransition } from './document-audit.js';
import { Document } from '../domain/document.js';
import { type Transition } from '../domain/document-state.js';
import { DocumentView, toDocumentView } from './dto/document.view.js';
import { DocumentsRepository } from './documents.repository.js';
import { readableOf } from './visibility.js';

/** Which document somebody wants to change, and the revision they mean, if they say one. */
export interface Addressed {
  readonly id: string;
  readonly precondition: RevisionPrecondition | null;
}

/** What is done to a document; null when there is nothing to do. */
export type Verb = (document: Document, by: string, at: Date) => Transition | null;

/**
 * Every change of an existing document: compare the revision, let the document decide, store the result and describe it in
 * the audit entry. The row is locked from the first look on, so that each change sees the one before it.
 */
@Injectable()
export class DocumentCommands {
  constructor(
    private readonly documents: DocumentsRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  async run(actor: Actor, { id, precondition }: Addressed, verb: Verb): Promise<DocumentView> {
    const change = await this.documents.update(id, readableOf(actor), (document) => {
      auditTarget(this.audit, document.state);
      precondition?.check(document.state.revision);
      return verb(document, personOf(actor), this.clock.now());
    });
    if (change.transition) auditTransition(this.audit, change.before, change.transition);
    else this.audit.suppress();
    return toDocumentView(change.after, actor);
  }
}

/** The person who acts. Guards let nobody else come this far. */
export function personOf({ id }: Actor): string {
  if (id === null) throw new Error('Only a signed-in user can change documents');
  return id;
}
