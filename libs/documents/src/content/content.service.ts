import { Injectable } from '@nestjs/common';
import { type Actor, AuditTrail } from '#libs/kernel';
import { readableOf } from '../documents/visibility.js';
import { type ContentAnswer, contentTag } from './content-answer.interceptor.js';
import { ContentRepository } from './content.repository.js';
import { type ContentRequest, select } from './selection.js';
import { VerifiedReader } from './verified-reader.js';

/** Gives out the bytes of documents. Runs in a unit of work: the entry commits before the first byte leaves. */
@Injectable()
export class ContentService {
  constructor(
    private readonly contents: ContentRepository,
    private readonly reader: VerifiedReader,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The bytes of a version, of the current one for null. Only an answer that carries bytes is recorded; one that says
   * that the client has them already, or that answers HEAD, is not a reading.
   */
  async read(
    actor: Actor,
    documentId: string,
    version: number | null,
    request: ContentRequest,
  ): Promise<ContentAnswer> {
    const content = await this.contents.get(documentId, version, readableOf(actor, 'document:content'));
    const { sha256, size, ownerId } = content;
    this.audit.setTarget({ type: 'document', id: documentId, version: content.version, sha256, ownerId });
    const selection = select(request, contentTag(content), size);
    if (selection.kind === 'not_modified' || selection.kind === 'headers') {
      if (selection.kind === 'headers') await this.reader.probe(content);
      this.audit.suppress();
      return { content, selection, stream: null };
    }
    const range = selection.kind === 'part' ? selection.range : null;
    if (range) this.audit.addDetails({ firstByte: range.start, lastByte: range.end });
    return { content, selection, stream: await this.reader.read(content, range) };
  }
}
