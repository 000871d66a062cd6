import { Module } from '@nestjs/common';
import { DocumentReadsRepository } from '../persistence/document-reads.repository.js';
import { DocumentTrailRepository } from '../persistence/document-trail.repository.js';
import { ReceiptsController } from './receipts.controller.js';
import { ReceiptsService } from './receipts.service.js';
import { WaitForReceiptInterceptor } from './wait-for-receipt.interceptor.js';

/** What is given out to be checked elsewhere. Needs `ProvableLog` from the audit log. */
@Module({
  controllers: [ReceiptsController],
  providers: [DocumentReadsRepository, DocumentTrailRepository, ReceiptsService, WaitForReceiptInterceptor],
  exports: [WaitForReceiptInterceptor],
})
export class EvidenceModule {}
