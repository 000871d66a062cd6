import { Injectable, Logger } from '@nestjs/common';
import { BlobStore, type SweepReport } from '#libs/storage';
import { UploadClaimsRepository } from './upload-claims.repository.js';
import { DocumentsConfiguration } from '../documents.configuration.js';

/** Between the last byte of an upload and its commit: validation, locks and statements, each bounded in time. */
const MARGIN_MS = 30_000;

/** Deletes or publishes staged files whose process ended early. Any number of processes may run it at the same time. */
@Injectable()
export class StagingSweep {
  private readonly logger = new Logger(StagingSweep.name);
  private readonly olderThanMs: number;

  constructor(
    configuration: DocumentsConfiguration,
    private readonly store: BlobStore,
    private readonly claims: UploadClaimsRepository,
  ) {
    this.olderThanMs = configuration.uploadIdleTimeoutMs + MARGIN_MS;
  }

  /** One pass over staged files too old for a running upload. Rejects while the store or the database is unavailable. */
  async run(): Promise<SweepReport> {
    const report = await this.store.sweep({
      olderThanMs: this.olderThanMs,
      references: (keys) => this.claims.references(keys),
    });
    const { settled, removed, undecided } = report;
    if (settled + removed + undecided > 0) {
      this.logger.log(`Staging swept: ${settled} settled, ${removed} removed, ${undecided} undecided`);
    }
    return report;
  }
}
