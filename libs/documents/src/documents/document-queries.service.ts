import { isInstant } from '#libs/http';
import { type Actor, decodeCursor, isUuid, type Keyset, type Page, toPage } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { type ShownDocument } from '../domain/document-state.js';
import { DocumentView, toDocumentView } from './dto/document.view.js';
import {
  type DocumentFilter,
  type DocumentKeyset,
  DocumentReadsRepository,
} from './document-reads.repository.js';
import { visibleOwnerOf } from '../domain/visibility.js';

/** Reads documents. The visibility filter limits them to the documents that the actor may read. */
@Injectable()
export class DocumentQueriesService {
  constructor(private readonly documents: DocumentReadsRepository) {}

  /** Throws `NotFoundError` also for a document that the actor may not read. */
  async get(actor: Actor, id: string): Promise<DocumentView> {
    const document = await this.documents.get(id, visibleOwnerOf(actor));
    const revocations = await this.documents.revocationsOf([document]);
    return toDocumentView(document, actor, revocations.get(document.id));
  }

  /** One page, newest first. Inserts and deletes between two pages do not make a document appear twice or not at all. */
  async list(
    actor: Actor,
    { limit, cursor, ...filter }: DocumentFilter & { limit: number; cursor?: string },
  ): Promise<Page<DocumentView>> {
    const after = cursor === undefined ? null : decodeCursor(cursor, isDocumentKeyset);
    const rows = await this.documents.list(filter, visibleOwnerOf(actor), after, limit);
    const page = toPage(rows, limit, keysetOf);
    const revocations = await this.documents.revocationsOf(page.items);
    const items = page.items.map((document) => toDocumentView(document, actor, revocations.get(document.id)));
    return { ...page, items };
  }
}

function keysetOf({ createdAt, id }: ShownDocument<string>): DocumentKeyset {
  return { createdAt, id };
}

function isDocumentKeyset(value: Keyset): value is DocumentKeyset {
  const { createdAt, id } = value;
  return typeof createdAt === 'string' && isInstant(createdAt) && typeof id === 'string' && isUuid(id);
}
