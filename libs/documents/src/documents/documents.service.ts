import { type Actor, AuditTrail, Clock, newId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { auditTransition } from './document-audit.js';
import { type Addressed, DocumentCommands, personOf } from './document-commands.js';
import { Document, type NewVersion } from '../domain/document.js';
import { type DocumentDescription } from '../domain/document-state.js';
import { DocumentView, toDocumentView } from './dto/document.view.js';
import { DocumentsRepository } from './documents.repository.js';
import { StagedUploads } from '../upload/staged-uploads.js';
import { UploadedFile } from '../upload/uploaded-file.js';

type NewDescription = Omit<DocumentDescription, 'metadata'> & Partial<DocumentDescription>;

/** What owners do with their documents. Bytes are already checked and durable when they come here. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly commands: DocumentCommands,
    private readonly documents: DocumentsRepository,
    private readonly uploads: StagedUploads,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** A new document, pending. Its row, its bytes, its history and its audit entry are there together or not at all. */
  async upload(
    actor: Actor,
    { metadata = {}, ...description }: NewDescription,
    file: UploadedFile,
  ): Promise<DocumentView> {
    const by = personOf(actor);
    const transition = Document.upload(
      newId(),
      by,
      this.clock.now(),
      { ...description, metadata },
      bytesOf(file),
    );
    await this.documents.insert(transition);
    this.uploads.keep(file);
    auditTransition(this.audit, null, transition);
    return toDocumentView(transition.to, actor);
  }

  /** Other bytes for a document of one's own: the review begins anew. Refused bytes leave nothing behind. */
  async addVersion(actor: Actor, document: Addressed, file: UploadedFile): Promise<DocumentView> {
    const view = await this.commands.run(actor, document, (it, by, at) =>
      it.addVersion(by, at, bytesOf(file)),
    );
    this.uploads.keep(file);
    return view;
  }

  /** Title, type and metadata, while no verdict is about them. */
  async edit(
    actor: Actor,
    document: Addressed,
    changes: Partial<DocumentDescription>,
  ): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) => it.edit(by, at, changes));
  }

  async withdraw(actor: Actor, document: Addressed): Promise<DocumentView> {
    return this.commands.run(actor, document, (it, by, at) => it.withdraw(by, at));
  }
}

function bytesOf({ sha256, size, mediaType, fileName, storageKey }: UploadedFile): NewVersion {
  return { sha256, size, mediaType, fileName, storageKey };
}
