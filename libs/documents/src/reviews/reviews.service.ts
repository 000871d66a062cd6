import { type Actor } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { DeliveriesRepository } from '../content/deliveries.repository.js';
import { type Addressed, DocumentCommands, personOf } from '../documents/document-commands.js';
import { type GivenReason } from '../domain/reason-codes.js';
import { type Document, type Verdict } from '../domain/document.js';
import { type Transition } from '../domain/document-state.js';
import { DocumentsConfiguration } from '../documents.configuration.js';
import { DocumentView } from '../documents/dto/document.view.js';

/** What reviewers and admins do. Throws the errors of `Document`, and `NotFoundError` for documents that are not visible. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly commands: DocumentCommands,
    private readonly deliveries: DeliveriesRepository,
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

  async verify(actor: Actor, document: Addressed, given: GivenVerdict & Until): Promise<DocumentView> {
    const until = given.validUntil === undefined ? null : new Date(given.validUntil);
    return this.decide(actor, document, given, (it, by, at, verdict) => it.verify(by, at, verdict, until));
  }

  async reject(actor: Actor, document: Addressed, given: GivenVerdict & Reasoned): Promise<DocumentView> {
    const { reasonCode } = given;
    return this.decide(actor, document, given, (it, by, at, verdict) =>
      it.reject(by, at, { ...verdict, reasonCode }),
    );
  }

  async requestChanges(
    actor: Actor,
    document: Addressed,
    given: GivenVerdict & Reasoned,
  ): Promise<DocumentView> {
    const { reasonCode } = given;
    return this.decide(actor, document, given, (it, by, at, verdict) =>
      it.requestChanges(by, at, { ...verdict, reasonCode }),
    );
  }

  async revoke(actor: Actor, document: Addressed, given: Reasoned): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) => it.revoke(by, at, reason(given)));
  }

  async reopen(actor: Actor, document: Addressed, given: Reasoned): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) => it.reopen(by, at, reason(given)));
  }

  /** Every decision: about what the reviewer has seen, and about bytes that were delivered to the reviewer. */
  private async decide(
    actor: Actor,
    document: Addressed,
    { versionSha256 = null, message = null, note = null }: GivenVerdict,
    verb: (document: Document, by: string, at: Date, verdict: Verdict) => Transition,
  ): Promise<DocumentView> {
    const namesRevision = document.precondition?.namesRevision ?? false;
    // Sent together with the lock, in one round trip.
    const deliveries = this.configuration.requireContentRead
      ? this.deliveries.deliveredTo(personOf(actor), document.id)
      : null;
    const change = this.commands.run(actor, document, async (it, by, at) => {
      const delivered = await deliveries;
      return verb(it, by, at, { namesRevision, delivered, versionSha256, message, note });
    });
    const [view] = await Promise.all([change, deliveries]);
    return view;
  }
}

type GivenVerdict = Partial<Pick<Verdict, 'versionSha256' | 'message' | 'note'>>;
type Until = { readonly validUntil?: string };
type Reasoned = Pick<GivenReason, 'reasonCode'> & Partial<GivenReason>;

function reason({ reasonCode, message = null, note = null }: Reasoned): GivenReason {
  return { reasonCode, message, note };
}
