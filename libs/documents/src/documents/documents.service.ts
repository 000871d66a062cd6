import { type Actor, AuditTrail, Clock, newId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { auditTransition } from './document-audit.js';
import { type Addressed, DocumentCommands, personOf } from './document-commands.js';
import { Document, type NewVersion } from '../domain/document.js';
import { type DocumentDescription, type NewDescription } from '../domain/document-state.js';
import { DocumentView, toDocumentView } from './dto/document.view.js';
import { DocumentsRepository } from './documents.repository.js';
import { StagedUploads } from '../upload/staged-uploads.js';
import { UploadQuotas } from './upload-quotas.js';
import { UploadedFile } from '../upload/uploaded-file.js';

/** What owners do with their documents. Uploaded files are already checked and staged durably. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly commands: DocumentCommands,
    private readonly documents: DocumentsRepository,
    private readonly uploads: StagedUploads,
    private readonly quotas: UploadQuotas,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Creates a pending document. Its row, its bytes, its history and its audit entry commit together. */
  async upload(actor: Actor, description: NewDescription, file: UploadedFile): Promise<DocumentView> {
    const by = personOf(actor);
    const transition = Document.upload(newId(), by, this.clock.now(), description, bytesOf(file));
    await this.documents.insert(transition);
    await this.quotas.checkWritten(by);
    this.uploads.keep(file);
    auditTransition(this.audit, null, transition);
    return toDocumentView(transition.to, actor);
  }

  /** Adds a version to a document of the actor: a new review round begins. If it is refused, the staged file is deleted. */
  async addVersion(actor: Actor, document: Addressed, file: UploadedFile): Promise<DocumentView> {
    const view = await this.commands.run(actor, document, (it, by, at) =>
      it.addVersion(by, at, bytesOf(file)),
    );
    await this.quotas.checkWritten(personOf(actor));
    this.uploads.keep(file);
    return view;
  }

  /** Changes title, type and metadata, while no decision applies to them. */
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

function bytesOf({ sha256, size, trailingBytes, mediaType, fileName, storageKey }: UploadedFile): NewVersion {
  return { sha256, size, trailingBytes, mediaType, fileName, storageKey };
}
