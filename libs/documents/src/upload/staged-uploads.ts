import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';
import { BlobStore } from '#libs/storage';
import { type UploadedFile } from './uploaded-file.js';
import { UploadClaimsRepository } from './upload-claims.repository.js';

/** Binds a staged file to the running unit of work. */
@Injectable()
export class StagedUploads {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly store: BlobStore,
    private readonly claims: UploadClaimsRepository,
  ) {}

  /**
   * To be called, once, by whoever writes the row that names `file.storageKey`. The bytes reach their final place last in
   * the transaction: no committed row lacks them. After a rollback they are removed; after a commit whose answer was lost
   * they stay until a sweep can ask the database. Throws outside a unit of work.
   */
  keep(file: UploadedFile): void {
    if (file.kept) throw new Error('The file already belongs to a document');
    const key = file.storageKey;
    this.uow.beforeCommit(async () => {
      await this.claims.hold(key);
      await this.store.publish(key);
    });
    this.uow.afterCommit(() => this.store.settle(key));
    this.uow.afterRollback(() => this.store.discard(key));
    file.markKept();
  }
}
