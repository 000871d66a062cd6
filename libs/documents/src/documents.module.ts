import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#libs/audit';
import { ContentModule } from './content/content.module.js';
import { DocumentCommands } from './document-commands.js';
import { DocumentQueriesService } from './document-queries.service.js';
import { DocumentTrailController } from './document-trail.controller.js';
import { DocumentTrailService } from './document-trail.service.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsService } from './documents.service.js';
import { DecisionEntity } from './entities/decision.entity.js';
import { DocumentEntity } from './entities/document.entity.js';
import { HistoryEntity } from './entities/history.entity.js';
import { VersionEntity } from './entities/version.entity.js';
import { EvidenceModule } from './evidence/evidence.module.js';
import { DocumentsMaintenance } from './maintenance/documents.maintenance.js';
import { DueDocumentsRepository } from './maintenance/due-documents.repository.js';
import { DocumentReadsRepository } from './persistence/document-reads.repository.js';
import { DocumentTrailRepository } from './persistence/document-trail.repository.js';
import { DocumentsRepository } from './persistence/documents.repository.js';
import { ReasonCodesController } from './reason-codes.controller.js';
import { ReviewsController } from './reviews.controller.js';
import { ReviewsService } from './reviews.service.js';
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
