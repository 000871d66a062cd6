import { Global, Module } from '@nestjs/common';
import { ProvableLog } from './receipts/provable-log.js';
import { AuditedExecution } from '#libs/kernel';
import { AuditEntriesRepository } from './audit-entries.repository.js';
import { AuditLog } from './audit-log.js';
import { AuditController } from './audit.controller.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';
import { AuditedUnitOfWork } from './audited-unit-of-work.js';
import { EntryStamps } from './entry-stamps.js';
import { LogProofs } from './proofs/log-proofs.service.js';
import { ProofsController } from './proofs/proofs.controller.js';
import { NewestCheckpoint } from './published/newest-checkpoint.js';
import { PublishedLog } from './published/published-log.service.js';
import { TlogController } from './published/tlog.controller.js';
import { DocumentLeavesRepository } from './receipts/document-leaves.repository.js';
import { ProvenLog } from './receipts/proven-log.js';
import { ReceiptProofs } from './receipts/receipt-proofs.js';
import { RecordedDecisionsRepository } from './receipts/recorded-decisions.repository.js';
import { SealWatch } from './receipts/seal-watch.js';
import { RefusalQueue } from './refusal-queue.js';
import { RefusalRecorder } from './refusal-recorder.js';
import { SealedLog } from './sealing/sealed-log.repository.js';
import { SealedTiles } from './sealing/sealed-tiles.repository.js';

/** The audit log. Global, because the modules whose work it records must not know it: they ask the kernel's ports. */
@Global()
@Module({
  controllers: [AuditController, ProofsController, TlogController],
  providers: [
    AuditEntriesRepository,
    AuditService,
    EntryStamps,
    AuditRepository,
    AuditLog,
    AuditInterceptor,
    RefusalQueue,
    RefusalRecorder,
    SealedLog,
    SealedTiles,
    NewestCheckpoint,
    PublishedLog,
    LogProofs,
    DocumentLeavesRepository,
    RecordedDecisionsRepository,
    ReceiptProofs,
    SealWatch,
    { provide: ProvableLog, useClass: ProvenLog },
    { provide: AuditedExecution, useClass: AuditedUnitOfWork },
  ],
  exports: [
    AuditInterceptor,
    NewestCheckpoint,
    RefusalRecorder,
    AuditedExecution,
    ProvableLog,
    SealedLog,
    SealedTiles,
  ],
})
export class AuditModule {}
