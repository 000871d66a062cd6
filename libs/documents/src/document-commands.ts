import { type RevisionPrecondition } from '#libs/http';
import { type Actor, AuditTrail, Clock } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { auditTarget, auditTransition } from './document-audit.js';
import { Document } from './domain/document.js';
import { type DocumentState, type Transition } from './domain/document-state.js';
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

/** What was decided about a document, before it is kept. */
interface Change {
  readonly before: DocumentState;
  readonly after: Document;
  readonly transition: Transition | null;
}

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
    const claimed = this.documents.recallClaimed(id, readableOf(actor));
    const change = claimed && this.presume(() => this.decide(actor, claimed, precondition, verb));
    if (change) return this.keep(actor, change);
    const document = await this.documents.getToChange(id, readableOf(actor));
    return this.keep(actor, this.decide(actor, document, precondition, verb));
  }

  /** Like `run`, for what cannot be done a second time: everybody else waits from the first look on. */
  async runOnce(actor: Actor, { id, precondition }: Addressed, verb: Verb): Promise<DocumentView> {
    const document = await this.documents.getLocked(id, readableOf(actor));
    return this.keep(actor, this.decide(actor, document, precondition, verb));
  }

  /**
   * What is decided about a document that may be another by now. Null unless it is a change, which finds out when it is kept:
   * nobody is refused anything because of what is only remembered.
   */
  private presume(decide: () => Change): Change | null {
    try {
      const change = decide();
      return change.transition ? change : null;
    } catch {
      return null;
    }
  }

  private decide(
    actor: Actor,
    document: Document,
    precondition: Addressed['precondition'],
    verb: Verb,
  ): Change {
    const before = document.state;
    auditTarget(this.audit, before);
    precondition?.check(before.revision);
    const transition = verb(document, personOf(actor), this.clock.now());
    return { before, after: document, transition };
  }

  private async keep(actor: Actor, { before, after, transition }: Change): Promise<DocumentView> {
    if (transition) {
      await this.documents.save(transition);
      auditTransition(this.audit, before, transition);
    } else {
      this.audit.silence();
    }
    return toDocumentView(after.state, actor);
  }
}

/** The person who acts. Guards let nobody else come this far. */
export function personOf({ id }: Actor): string {
  if (id === null) throw new Error('Only a signed-in user can change documents');
  return id;
}
