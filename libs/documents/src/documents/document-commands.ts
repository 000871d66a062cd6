import { type RevisionPrecondition } from '#libs/http';
import { type Actor, AuditTrail, Clock } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { auditTarget, auditTransition } from './document-audit.js';
import { Document } from '../domain/document.js';
import { revocationOf } from '../domain/document-state.js';
import { DocumentView, toDocumentView } from './dto/document.view.js';
import { type Decide, DocumentsRepository } from './documents.repository.js';
import { visibleOwnerOf } from '../domain/visibility.js';

/** The document that a request changes, and the revision that it expects (`If-Match`), if any. */
export interface Addressed {
  readonly id: string;
  readonly precondition: RevisionPrecondition | null;
}

/** A verb of the domain object; returns null if there is nothing to change. */
export type Verb = (document: Document, by: string, at: Date) => ReturnType<Decide>;

/**
 * Every change of an existing document: lock the row, compare the revision, call the domain object, store the result and
 * describe it in the audit entry. Because of the lock, each change sees the one before it.
 */
@Injectable()
export class DocumentCommands {
  constructor(
    private readonly documents: DocumentsRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  async run(actor: Actor, { id, precondition }: Addressed, verb: Verb): Promise<DocumentView> {
    const decide: Decide = (document) => {
      auditTarget(this.audit, document.state);
      precondition?.check(document.state.revision, () => toDocumentView(document.state, actor));
      return verb(document, personOf(actor), this.clock.now());
    };
    const change = await this.documents.update(id, visibleOwnerOf(actor), decide, (permission) =>
      actor.permits(permission),
    );
    if (change.transition) auditTransition(this.audit, change.before, change.transition);
    else this.audit.suppress();
    return toDocumentView(change.after, actor, revocationOf(change.transition));
  }
}

/** The id of the user who acts. The guards reject requests without a user before. */
export function personOf({ id }: Actor): string {
  if (id === null) throw new Error('Only a signed-in user can change documents');
  return id;
}
