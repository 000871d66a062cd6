import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#libs/audit';
import { ContentModule } from './content/content.module.js';
import { DocumentCommands } from './documents/document-commands.js';
import { DocumentQueriesService } from './documents/document-queries.service.js';
import { DocumentTrailController } from './documents/document-trail.controller.js';
import { DocumentTrailService } from './documents/document-trail.service.js';
import { DocumentsController } from './documents/documents.controller.js';
import { DocumentsService } from './documents/documents.service.js';
import { DecisionEntity } from './documents/entities/decision.entity.js';
import { DocumentEntity } from './documents/entities/document.entity.js';
import { HistoryEntity } from './documents/entities/history.entity.js';
import { VersionEntity } from './documents/entities/version.entity.js';
import { EvidenceModule } from './evidence/evidence.module.js';
import { DocumentsMaintenance } from './maintenance/documents.maintenance.js';
import { DueDocumentsRepository } from './maintenance/due-documents.repository.js';
import { DocumentReadsRepository } from './documents/document-reads.repository.js';
import { DocumentTrailRepository } from './documents/document-trail.repository.js';
import { DocumentsRepository } from './documents/documents.repository.js';
import { ReasonCodesController } from './reviews/reason-codes.controller.js';
import { ReviewsController } from './reviews/reviews.controller.js';
import { ReviewsService } from './reviews/reviews.service.js';
import { UploadModule } from './upload/upload.module.js';

/** Documents, their versions, the decisions about them and their history. */
@Module({
  imports: [
    TypeOrmModule.forFeature([DocumentEntity, VersionEntity, DecisionEntity, HistoryEntity]),
    AuditModule,
    ContentModule,
    EvidenceModule,
    UploadModule,
  ],
  controllers: [DocumentsController, DocumentTrailController, ReviewsController, ReasonCodesController],
  providers: [
    DocumentCommands,
    DocumentQueriesService,
    DocumentReadsRepository,
    DocumentTrailRepository,
    DocumentTrailService,
    DocumentsMaintenance,
    DocumentsRepository,
    DocumentsService,
    DueDocumentsRepository,
    ReviewsService,
  ],
  exports: [DocumentsMaintenance],
})
export class DocumentsModule {}
