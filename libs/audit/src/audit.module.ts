import { Global, Module } from '@nestjs/common';
import { OperationAudit } from '#libs/http';
import { AuditedExecution } from '#libs/kernel';
import { ProvableLog } from './proofs/provable-log.js';
import { AuditEntriesRepository } from './entries/audit-entries.repository.js';
import { AuditController } from './entries/audit.controller.js';
import { AuditService } from './entries/audit.service.js';
import { EntryStamps } from './entries/entry-stamps.js';
import { NewestCheckpoint } from './log-store/newest-checkpoint.js';
import { SealedLog } from './log-store/sealed-log.repository.js';
import { VerifiedCheckpoints } from './log-store/verified-checkpoints.js';
import { VerifierKeys } from './log-store/verifier-keys.js';
import { SealedTiles } from './log-store/sealed-tiles.repository.js';
import { LogHealth } from './monitoring/log-health.js';
import { SealingMonitor } from './monitoring/sealing-monitor.js';
import { DocumentLeavesRepository } from './proofs/document-leaves.repository.js';
import { InclusionProofs } from './proofs/inclusion-proofs.js';
import { LogProofs } from './proofs/log-proofs.service.js';
import { ProofsController } from './proofs/proofs.controller.js';
import { PostgresProvableLog } from './proofs/postgres-provable-log.js';
import { RecordedDecisionsRepository } from './proofs/recorded-decisions.repository.js';
import { SealPoller } from './proofs/seal-poller.js';
import { AuditLog } from './recording/audit-log.js';
import { AuditInterceptor } from './recording/audit.interceptor.js';
import { AuditEntryWriter } from './recording/audit-entry-writer.js';
import { AuditedUnitOfWork } from './recording/audited-unit-of-work.js';
import { RecordedTables } from './recording/recorded-tables.js';
import { RefusalQueue } from './refusals/refusal-queue.js';
import { RefusalRecorder } from './refusals/refusal-recorder.js';
import { PublishedLog } from './tlog-api/published-log.service.js';
import { TlogController } from './tlog-api/tlog.controller.js';

/** The audit log. Global, because the modules whose work it records use its ports and must not import it. */
@Global()
@Module({
  controllers: [AuditController, ProofsController, TlogController],
  providers: [
    AuditEntriesRepository,
    AuditService,
    EntryStamps,
    AuditEntryWriter,
    AuditLog,
    RecordedTables,
    RefusalQueue,
    RefusalRecorder,
    SealedLog,
    SealedTiles,
    VerifierKeys,
    VerifiedCheckpoints,
    NewestCheckpoint,
    PublishedLog,
    LogProofs,
    DocumentLeavesRepository,
    RecordedDecisionsRepository,
    InclusionProofs,
    SealPoller,
    LogHealth,
    SealingMonitor,
    { provide: ProvableLog, useClass: PostgresProvableLog },
    { provide: AuditedExecution, useClass: AuditedUnitOfWork },
    { provide: OperationAudit, useClass: AuditInterceptor },
  ],
  exports: [
    NewestCheckpoint,
    RefusalRecorder,
    AuditedExecution,
    OperationAudit,
    ProvableLog,
    LogHealth,
    SealedLog,
    SealedTiles,
    VerifiedCheckpoints,
  ],
})
export class AuditModule {}
