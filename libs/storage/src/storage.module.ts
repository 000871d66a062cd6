import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { BlobStore } from './blob-store.js';
import { DiskBlobStore } from './disk/disk-blob-store.js';

/** Provides the `BlobStore` in the folder `blobs` of the data directory. */
@Module({
  providers: [
    {
      provide: BlobStore,
      inject: [Configuration],
      useFactory: ({ dataDir, documents }: Configuration) =>
        new DiskBlobStore({ directory: join(dataDir, 'blobs'), minFreeBytes: documents.minFreeBytes }),
    },
  ],
  exports: [BlobStore],
})
export class StorageModule {}
