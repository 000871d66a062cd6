import { Module } from '@nestjs/common';
import { AuditModule } from '#libs/audit';
import { ContentModule } from '../content/content.module.js';
import { DocumentRecordsModule } from '../documents/document-records.module.js';
import { EvidenceController } from './evidence.controller.js';
import { EvidenceService } from './evidence.service.js';
import { ReceiptsController } from './receipts.controller.js';
import { ReceiptsService } from './receipts.service.js';

/** Receipts and evidence bundles, which clients check without the server. */
@Module({
  imports: [AuditModule, ContentModule, DocumentRecordsModule],
  controllers: [ReceiptsController, EvidenceController],
  providers: [EvidenceService, ReceiptsService],
})
export class EvidenceModule {}
