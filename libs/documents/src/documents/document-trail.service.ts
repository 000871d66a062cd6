import { type Actor, decodeCursor, type Keyset, type Page, toPage } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { DecisionView, toDecisionView } from './dto/decision.view.js';
import { HistoryItemView, toHistoryItemView } from './dto/history.view.js';
import { toVersionView, VersionView } from './dto/version.view.js';
import { DocumentReadsRepository } from './document-reads.repository.js';
import { DocumentTrailRepository } from './document-trail.repository.js';
import { readableOf, readsNotes } from './visibility.js';

/** Which page somebody asks for. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

type Below = Keyset & { readonly below: number };
const INT4_MAX = 2 ** 31 - 1;

/** The past of one document, for whoever may read the document. Throws `NotFoundError` for everybody else. */
@Injectable()
export class DocumentTrailService {
  constructor(
    private readonly documents: DocumentReadsRepository,
    private readonly trail: DocumentTrailRepository,
  ) {}

  async versions(actor: Actor, id: string, { limit, cursor }: PageRequest): Promise<Page<VersionView>> {
    await this.documents.getOwner(id, readableOf(actor));
    const rows = await this.trail.versions(id, belowOf(cursor), limit);
    return mapPage(
      toPage(rows, limit, ({ number }) => ({ below: number })),
      toVersionView,
    );
  }

  async decisions(actor: Actor, id: string, { limit, cursor }: PageRequest): Promise<Page<DecisionView>> {
    const ownerId = await this.documents.getOwner(id, readableOf(actor));
    const rows = await this.trail.decisions(id, belowOf(cursor), limit);
    return mapPage(
      toPage(rows, limit, ({ reviewRound }) => ({ below: reviewRound })),
      (decision) => toDecisionView(decision, readsNotes(actor, { ownerId })),
    );
  }

  async history(actor: Actor, id: string, { limit, cursor }: PageRequest): Promise<Page<HistoryItemView>> {
    const ownerId = await this.documents.getOwner(id, readableOf(actor));
    const rows = await this.trail.history(id, belowOf(cursor), limit);
    return mapPage(
      toPage(rows, limit, ({ revision }) => ({ below: revision })),
      (item) => toHistoryItemView(item, readsNotes(actor, { ownerId })),
    );
  }
}

function mapPage<T, U>({ items, nextCursor }: Page<T>, map: (item: T) => U): Page<U> {
  return { items: items.map(map), nextCursor };
}

function belowOf(cursor: string | undefined): number {
  return cursor === undefined ? INT4_MAX : decodeCursor(cursor, isBelow).below;
}

function isBelow(value: Keyset): value is Below {
  const { below } = value;
  return typeof below === 'number' && Number.isInteger(below) && below >= 1 && below <= INT4_MAX;
}
