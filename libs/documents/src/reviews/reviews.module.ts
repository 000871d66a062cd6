import { Module } from '@nestjs/common';
import { ContentModule } from '../content/content.module.js';
import { DocumentRecordsModule } from '../documents/document-records.module.js';
import { ReasonCodesController } from './reason-codes.controller.js';
import { ReviewsController } from './reviews.controller.js';
import { ReviewsService } from './reviews.service.js';

/** What reviewers and admins do with documents. */
@Module({
  imports: [ContentModule, DocumentRecordsModule],
  controllers: [ReviewsController, ReasonCodesController],
  providers: [ReviewsService],
})
export class ReviewsModule {}
