import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { NotSealedYetError, ProvableLog } from '#libs/audit';
import { type Actor, AuditTrail, Clock } from '#libs/kernel';
import { ContentRepository } from '../content/content.repository.js';
import { VerifiedReader } from '../content/verified-reader.js';
import { type Decision } from '../domain/document-state.js';
import { DocumentReadsRepository } from '../documents/document-reads.repository.js';
import { DocumentTrailRepository } from '../documents/document-trail.repository.js';
import { readableOf } from '../documents/visibility.js';
import { ACCEPTED_TYPES } from '../upload/accepted-types.js';
import { bagOf } from './bag.js';
import { type DecidedFile, payloadOf } from './evidence-payload.js';
import { DocumentNotDecidedError } from '../domain/document.errors.js';
import { verifyText } from './verify-text.js';
import { zipStream } from './zip-stream.js';

/** A bundle that is about to be sent. Destroy the stream if it is not read to its end. */
export interface Evidence {
  readonly fileName: string;
  readonly stream: Readable;
}

/**
 * Evidence about the newest decision of a document, for whoever may read the document: with its bytes for whoever may read
 * those too, without them for auditors. Nothing personal is added for anybody. Runs in a unit of work: the entry commits
 * before the first byte leaves, and everything that is long is read after it.
 */
@Injectable()
export class EvidenceService {
  constructor(
    private readonly documents: DocumentReadsRepository,
    private readonly trail: DocumentTrailRepository,
    private readonly contents: ContentRepository,
    private readonly reader: VerifiedReader,
    private readonly log: ProvableLog,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `NotFoundError`, `DocumentNotDecidedError`, `NotSealedYetError`, and `ContentDamagedError` as a download does. With
   * `headersOnly` nothing is read, and nothing is recorded.
   */
  async open(actor: Actor, documentId: string, headersOnly: boolean): Promise<Evidence> {
    const ownerId = await this.documents.getOwner(documentId, readableOf(actor));
    const decision = await this.trail.findNewestDecision(documentId);
    if (!decision) throw new DocumentNotDecidedError();
    const { id: decisionId, versionNumber: version, versionSha256: sha256 } = decision;
    this.audit.setTarget({ type: 'document', id: documentId, ownerId, version, sha256 });
    const evidence = await this.log.findEvidence({ documentId, decisionId });
    if (!evidence) throw new NotSealedYetError();
    const folder = `evidence-${documentId}`;
    const fileName = `${folder}.zip`;
    if (headersOnly) {
      this.audit.suppress();
      return { fileName, stream: Readable.from([]) };
    }
    const document = mayReadContent(actor, ownerId) ? await this.read(documentId, decision) : null;
    this.audit.addDetails({ decisionId, treeSize: evidence.size, withContent: document !== null });

    const now = this.clock.now();
    const bag = bagOf(payloadOf(evidence, document), {
      folder,
      info: {
        'External-Identifier': documentId,
        'External-Description': `Evidence about the decision ${decisionId}`,
        'Bagging-Date': now.toISOString().slice(0, 'yyyy-mm-dd'.length),
      },
      tags: { 'VERIFY.md': verifyText({ documentId, decisionId, fileName: document?.name ?? null }) },
    });
    const stream = zipStream(bag, now);
    // Also of a bundle that nobody began to read.
    stream.once('close', () => document?.content.destroy());
    return { fileName, stream };
  }

  private async read(
    documentId: string,
    { versionNumber }: Decision,
  ): Promise<DecidedFile & { content: Readable }> {
    const stored = await this.contents.get(documentId, versionNumber, null);
    const [extension] =
      ACCEPTED_TYPES.find(({ mediaType }) => mediaType === stored.mediaType)?.extensions ?? [];
    return { name: `document.${extension ?? 'bin'}`, content: await this.reader.read(stored, null) };
  }
}

function mayReadContent(actor: Actor, ownerId: string): boolean {
  const isOwn = actor.id === ownerId && actor.reaches('document:content', 'own');
  return isOwn || actor.reaches('document:content', 'any');
}
