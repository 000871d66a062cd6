import { Configuration } from '#libs/config';
import { type Actor } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { type Addressed, DocumentCommands } from '../documents/document-commands.js';
import { type GivenReason } from '../domain/reason-codes.js';
import { type Verdict } from '../domain/document.js';
import { DocumentView } from '../documents/dto/document.view.js';

/** What reviewers and admins do. Each refuses what the state machine refuses, and what is not readable is not found. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly commands: DocumentCommands,
    private readonly configuration: Configuration,
  ) {}

  /** The claim lasts the configured time from now. `takeOver` ends somebody else's, for those who may reassign. */
  async claim(
    actor: Actor,
    document: Addressed,
    { takeOver = false }: { takeOver?: boolean },
  ): Promise<DocumentView> {
    const lease = this.configuration.documents.claimLeaseSeconds * 1000;
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
    return this.commands.run(actor, document, (it, by, at) => it.verify(by, at, verdict(given), until));
  }

  async reject(actor: Actor, document: Addressed, given: Partial<Verdict> & Reasoned): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) =>
      it.reject(by, at, { ...verdict(given), reasonCode: given.reasonCode }),
    );
  }

  async requestChanges(
    actor: Actor,
    document: Addressed,
    given: Partial<Verdict> & Reasoned,
  ): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) =>
      it.requestChanges(by, at, { ...verdict(given), reasonCode: given.reasonCode }),
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

function verdict({ versionSha256 = null, message = null, note = null }: Partial<Verdict>): Verdict {
  return { versionSha256, message, note };
}

function reason({ reasonCode, message = null, note = null }: Reasoned): GivenReason {
  return { reasonCode, message, note };
}
