import { Injectable } from '@nestjs/common';
import { type Actor, AuditTrail } from '#libs/kernel';
import { mayReview, visibleOwnerOf } from '../domain/visibility.js';
import { type ContentAnswer, contentTag } from './content-answer.interceptor.js';
import { ContentRepository } from './content.repository.js';
import { type ContentRequest, select } from './selection.js';
import { VerifiedReader } from './verified-reader.js';

/** Downloads. Runs in a unit of work: the audit entry commits before the first byte is sent. */
@Injectable()
export class ContentService {
  constructor(
    private readonly contents: ContentRepository,
    private readonly reader: VerifiedReader,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The bytes of a version; null means the current version. Only responses with bytes are recorded as reads: 304 responses
   * and responses to HEAD are not. To a reviewer of the document, a complete response is also recorded as a delivery.
   */
  async read(
    actor: Actor,
    documentId: string,
    version: number | null,
    request: ContentRequest,
  ): Promise<ContentAnswer> {
    const content = await this.contents.get(documentId, version, visibleOwnerOf(actor, 'document:content'));
    const { sha256, size, ownerId } = content;
    this.audit.setTarget({ type: 'document', id: documentId, version: content.version, sha256, ownerId });
    const selection = select(request, contentTag(content), size);
    if (selection.kind === 'not_modified' || selection.kind === 'headers') {
      if (selection.kind === 'headers') await this.reader.probe(content);
      this.audit.suppress();
      return { content, selection, stream: null, delivery: null };
    }
    const range = selection.kind === 'part' ? selection.range : null;
    if (range) this.audit.addDetails({ firstByte: range.start, lastByte: range.end });
    const whole = { start: 0, end: size - 1 };
    const delivery = mayReview(actor, content) ? { content, range: range ?? whole, reader: actor } : null;
    return { content, selection, stream: await this.reader.read(content, range), delivery };
  }
}
