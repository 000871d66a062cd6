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
import { readableOf } from './visibility.js';

/** Reads for people: each sees what their roles reach, and of that what is meant for them. */
@Injectable()
export class DocumentQueriesService {
  constructor(private readonly documents: DocumentReadsRepository) {}

  /** Throws `NotFoundError`, for what is foreign too. */
  async get(actor: Actor, id: string): Promise<DocumentView> {
    return toDocumentView(await this.documents.get(id, readableOf(actor)), actor);
  }

  /** One page, newest first. Nothing that stays is skipped or shown twice while documents come and go. */
  async list(
    actor: Actor,
    { limit, cursor, ...filter }: DocumentFilter & { limit: number; cursor?: string },
  ): Promise<Page<DocumentView>> {
    const after = cursor === undefined ? null : decodeCursor(cursor, isDocumentKeyset);
    const rows = await this.documents.list(filter, readableOf(actor), after, limit);
    const page = toPage(rows, limit, keysetOf);
    return { ...page, items: page.items.map((document) => toDocumentView(document, actor)) };
  }
}

function keysetOf({ createdAt, id }: ShownDocument<string>): DocumentKeyset {
  return { createdAt, id };
}

function isDocumentKeyset(value: Keyset): value is DocumentKeyset {
  const { createdAt, id } = value;
  return typeof createdAt === 'string' && isInstant(createdAt) && typeof id === 'string' && isUuid(id);
}
