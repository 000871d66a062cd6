import { Module } from '@nestjs/common';
import { ContentModule } from './content/content.module.js';
import { DocumentQueriesService } from './documents/document-queries.service.js';
import { DocumentRecordsModule } from './documents/document-records.module.js';
import { DocumentTrailController } from './documents/document-trail.controller.js';
import { DocumentTrailService } from './documents/document-trail.service.js';
import { DocumentsController } from './documents/documents.controller.js';
import { DocumentsService } from './documents/documents.service.js';
import { UploadQuotas } from './documents/upload-quotas.js';
import { EvidenceModule } from './evidence/evidence.module.js';
import { ExpireLeasesJob, ExpireVerifiedJob } from './maintenance/documents.jobs.js';
import { DocumentsMaintenance } from './maintenance/documents.maintenance.js';
import { DueDocumentsRepository } from './maintenance/due-documents.repository.js';
import { ReviewsModule } from './reviews/reviews.module.js';
import { UploadModule } from './upload/upload.module.js';

/** Documents, their versions, the decisions about them and their history. */
@Module({
  // In the order of their paths in the OpenAPI document.
  imports: [EvidenceModule, ContentModule, DocumentRecordsModule, ReviewsModule, UploadModule],
  controllers: [DocumentsController, DocumentTrailController],
  providers: [
    DocumentQueriesService,
    DocumentTrailService,
    DocumentsMaintenance,
    DocumentsService,
    DueDocumentsRepository,
    ExpireLeasesJob,
    ExpireVerifiedJob,
    UploadQuotas,
  ],
})
export class DocumentsModule {}
