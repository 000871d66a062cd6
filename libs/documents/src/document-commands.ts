import { type Actor, AuditTrail, Clock, type RevisionPrecondition } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { auditTarget, auditTransition } from './document-audit.js';
import { Document } from './domain/document.js';
import { type Transition } from './domain/document-state.js';
import { DocumentView, toDocumentView } from './dto/document.view.js';
import { DocumentsRepository } from './persistence/documents.repository.js';
import { readableOf } from './readable.js';

/** Which document somebody wants to change, and the revision they mean, if they say one. */
export interface Addressed {
  readonly id: string;
  readonly precondition: RevisionPrecondition | null;
}

/** What is done to a document; null when there is nothing to do. */
export type Verb = (document: Document, by: string, at: Date) => Transition | null;

/**
 * The one way to change a document: lock it, compare the revision, let the document decide, store what happened, say it
 * to the audit log. Callers of one document take turns; each sees what the one before did.
 */
@Injectable()
export class DocumentCommands {
  constructor(
    private readonly documents: DocumentsRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  async run(actor: Actor, { id, precondition }: Addressed, verb: Verb): Promise<DocumentView> {
    const by = personOf(actor);
    const document = await this.documents.getLocked(id, readableOf(actor));
    const before = document.state;
    auditTarget(this.audit, before);
    precondition?.check(before.revision);
    const transition = verb(document, by, this.clock.now());
    if (transition) {
      await this.documents.save(transition);
      auditTransition(this.audit, before, transition);
    } else {
      this.audit.silence();
    }
    return toDocumentView(document.state, actor);
  }
}

/** The person who acts. Guards let nobody else come this far. */
export function personOf({ id }: Actor): string {
  if (id === null) throw new Error('Only people change documents');
  return id;
}
