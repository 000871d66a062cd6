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
 * The one way to change a document: look at it, compare the revision, let the document decide, store what happened, say it
 * to the audit log. Callers of one document take turns; each sees what the one before did.
 */
@Injectable()
export class DocumentCommands {
  constructor(
    private readonly documents: DocumentsRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Done again from the beginning, by the unit of work, when somebody else was faster. */
  async run(actor: Actor, { id, precondition }: Addressed, verb: Verb): Promise<DocumentView> {
    const document = await this.documents.getToChange(id, readableOf(actor));
    return this.change(actor, document, precondition, verb);
  }

  /** Like `run`, for what cannot be done a second time: everybody else waits from the first look on. */
  async runOnce(actor: Actor, { id, precondition }: Addressed, verb: Verb): Promise<DocumentView> {
    const document = await this.documents.getLocked(id, readableOf(actor));
    return this.change(actor, document, precondition, verb);
  }

  private async change(
    actor: Actor,
    document: Document,
    precondition: Addressed['precondition'],
    verb: Verb,
  ): Promise<DocumentView> {
    const before = document.state;
    auditTarget(this.audit, before);
    precondition?.check(before.revision);
    const transition = verb(document, personOf(actor), this.clock.now());
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
