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
   * Call it once, in the unit of work that writes the row with `file.storageKey`. The file is published last before the
   * commit, so every committed row has its bytes. After a rollback the file is deleted. If the result of the commit is
   * unknown, the staging sweep asks the database later. Throws outside a unit of work.
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
