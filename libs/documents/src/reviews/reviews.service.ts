import { type Actor } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { type Addressed, DocumentCommands } from '../documents/document-commands.js';
import { type GivenReason } from '../domain/reason-codes.js';
import { type Verdict } from '../domain/document.js';
import { DocumentsConfiguration } from '../documents.configuration.js';
import { DocumentView } from '../documents/dto/document.view.js';

/** What reviewers and admins do. Throws the errors of `Document`, and `NotFoundError` for documents that are not visible. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly commands: DocumentCommands,
    private readonly configuration: DocumentsConfiguration,
  ) {}

  /** The claim lasts the configured lease from now. `takeOver` ends the claim of another reviewer. */
  async claim(
    actor: Actor,
    document: Addressed,
    { takeOver = false }: { takeOver?: boolean },
  ): Promise<DocumentView> {
    const lease = this.configuration.claimLeaseSeconds * 1000;
    const over = takeOver ? { allowed: actor.permits('review:reassign') } : null;
    return this.commands.run(actor, document, (it, by, at) =>
      it.claim(by, at, new Date(at.getTime() + lease), over),
    );
  }

  async release(actor: Actor, document: Addressed): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) => it.release(by, at));
  }

  async verify(
    actor: Actor,
    document: Addressed,
    { validUntil, ...given }: Partial<Verdict> & { validUntil?: string },
  ): Promise<DocumentView> {
    const until = validUntil === undefined ? null : new Date(validUntil);
    return this.commands.run(actor, document, (it, by, at) =>
      it.verify(by, at, verdict(document, given), until),
    );
  }

  async reject(actor: Actor, document: Addressed, given: Partial<Verdict> & Reasoned): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) =>
      it.reject(by, at, { ...verdict(document, given), reasonCode: given.reasonCode }),
    );
  }

  async requestChanges(
    actor: Actor,
    document: Addressed,
    given: Partial<Verdict> & Reasoned,
  ): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) =>
      it.requestChanges(by, at, { ...verdict(document, given), reasonCode: given.reasonCode }),
    );
  }

  async revoke(actor: Actor, document: Addressed, given: Reasoned): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) => it.revoke(by, at, reason(given)));
  }

  async reopen(actor: Actor, document: Addressed, given: Reasoned): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) => it.reopen(by, at, reason(given)));
  }
}

type Reasoned = Pick<GivenReason, 'reasonCode'> & Partial<GivenReason>;

function verdict({ precondition }: Addressed, given: Partial<Verdict>): Verdict {
  const { versionSha256 = null, message = null, note = null } = given;
  return { namesRevision: precondition?.namesRevision ?? false, versionSha256, message, note };
}

function reason({ reasonCode, message = null, note = null }: Reasoned): GivenReason {
  return { reasonCode, message, note };
}
