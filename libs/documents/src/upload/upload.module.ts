import { Module } from '@nestjs/common';
import { StorageModule } from '#libs/storage';
import { StagedUploads } from './staged-uploads.js';
import { StagingSweep } from './staging-sweep.js';
import { StoreIdentityCheck } from './store-identity-check.js';
import { StoreIdentityRepository } from './store-identity.repository.js';
import { SweepStagingJob } from './sweep-staging.job.js';
import { UploadClaimsRepository } from './upload-claims.repository.js';
import { UploadFormReader } from './upload-form.reader.js';

/**
 * Receives uploads: from the bytes of a form to a file that a unit of work can keep. A process that imports this module does
 * not start with a store that does not belong to its database.
 */
@Module({
  imports: [StorageModule],
  providers: [
    StagedUploads,
    StagingSweep,
    StoreIdentityCheck,
    StoreIdentityRepository,
    SweepStagingJob,
    UploadClaimsRepository,
    UploadFormReader,
  ],
  exports: [StagedUploads, StagingSweep, StorageModule, StoreIdentityCheck, UploadFormReader],
})
export class UploadModule {}
