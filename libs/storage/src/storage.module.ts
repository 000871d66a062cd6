import { Module } from '@nestjs/common';
import { BlobStore } from './blob-store.js';
import { DiskBlobStore } from './disk/disk-blob-store.js';
import { StorageConfiguration } from './storage.configuration.js';

/** Provides the `BlobStore` in the folder `blobs` of the data directory. */
@Module({
  providers: [
    {
      provide: BlobStore,
      inject: [StorageConfiguration],
      useFactory: (configuration: StorageConfiguration) => new DiskBlobStore(configuration),
    },
  ],
  exports: [BlobStore],
})
export class StorageModule {}
