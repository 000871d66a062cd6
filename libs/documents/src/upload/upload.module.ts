import { Module } from '@nestjs/common';
import { StorageModule } from '#libs/storage';
import { StagedUploads } from './staged-uploads.js';
import { StagingSweep } from './staging-sweep.js';
import { UploadClaimsRepository } from './upload-claims.repository.js';
import { UploadFormReader } from './upload-form.reader.js';

/** Receiving files: from the bytes of a form to a file that a unit of work can keep. */
@Module({
  imports: [StorageModule],
  providers: [UploadFormReader, StagedUploads, StagingSweep, UploadClaimsRepository],
  exports: [UploadFormReader, StagedUploads, StagingSweep, StorageModule],
})
export class UploadModule {}
