import { Module } from '@nestjs/common';
import { UploadModule } from '../upload/upload.module.js';
import { ContentAnswerInterceptor } from './content-answer.interceptor.js';
import { ContentController } from './content.controller.js';
import { ContentRepository } from './content.repository.js';
import { ContentService } from './content.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryRecorder } from './delivery-recorder.js';
import { VerifiedReader } from './verified-reader.js';

/** Serving the bytes of documents. */
@Module({
  imports: [UploadModule],
  controllers: [ContentController],
  providers: [
    ContentAnswerInterceptor,
    ContentRepository,
    ContentService,
    DeliveriesRepository,
    DeliveryRecorder,
    VerifiedReader,
  ],
  exports: [ContentRepository, DeliveriesRepository, VerifiedReader],
})
export class ContentModule {}
