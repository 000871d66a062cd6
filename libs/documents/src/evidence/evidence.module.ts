import { Module } from '@nestjs/common';
import { AuditModule } from '#libs/audit';
import { ContentModule } from '../content/content.module.js';
import { DocumentRecordsModule } from '../documents/document-records.module.js';
import { EvidenceController } from './evidence.controller.js';
import { EvidenceService } from './evidence.service.js';
import { ReceiptsController } from './receipts.controller.js';
import { ReceiptsService } from './receipts.service.js';
import { WaitForReceiptInterceptor } from './wait-for-receipt.interceptor.js';

/** What is given out to be checked elsewhere. */
@Module({
  imports: [AuditModule, ContentModule, DocumentRecordsModule],
  controllers: [ReceiptsController, EvidenceController],
  providers: [EvidenceService, ReceiptsService, WaitForReceiptInterceptor],
  exports: [WaitForReceiptInterceptor],
})
export class EvidenceModule {}
