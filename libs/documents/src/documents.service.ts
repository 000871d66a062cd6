import { type Actor } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { type Addressed, DocumentCommands } from './document-commands.js';
import { type DocumentDescription } from './domain/document-state.js';
import { DocumentView } from './dto/document.view.js';

/** What owners do with their documents. */
@Injectable()
export class DocumentsService {
  constructor(private readonly commands: DocumentCommands) {}

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
