import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DocumentCommands } from './document-commands.js';
import { DocumentReadsRepository } from './document-reads.repository.js';
import { DocumentTrailRepository } from './document-trail.repository.js';
import { DocumentsRepository } from './documents.repository.js';
import { DecisionEntity } from './entities/decision.entity.js';
import { DocumentEntity } from './entities/document.entity.js';
import { HistoryEntity } from './entities/history.entity.js';
import { VersionEntity } from './entities/version.entity.js';

const PROVIDERS = [DocumentCommands, DocumentReadsRepository, DocumentTrailRepository, DocumentsRepository];

/** The stored documents: how they are read, and the one way to change them. */
@Module({
  imports: [TypeOrmModule.forFeature([DocumentEntity, VersionEntity, DecisionEntity, HistoryEntity])],
  providers: PROVIDERS,
  exports: PROVIDERS,
})
export class DocumentRecordsModule {}
