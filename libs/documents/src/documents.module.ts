import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DocumentQueriesService } from './document-queries.service.js';
import { DocumentsController } from './documents.controller.js';
import { DecisionEntity } from './entities/decision.entity.js';
import { DocumentEntity } from './entities/document.entity.js';
import { HistoryEntity } from './entities/history.entity.js';
import { VersionEntity } from './entities/version.entity.js';
import { DocumentReadsRepository } from './persistence/document-reads.repository.js';
import { UploadModule } from './upload/upload.module.js';

/** Documents, their versions, the decisions about them and their history. */
@Module({
  imports: [
    TypeOrmModule.forFeature([DocumentEntity, VersionEntity, DecisionEntity, HistoryEntity]),
    UploadModule,
  ],
  controllers: [DocumentsController],
  providers: [DocumentQueriesService, DocumentReadsRepository],
  exports: [DocumentReadsRepository],
})
export class DocumentsModule {}
