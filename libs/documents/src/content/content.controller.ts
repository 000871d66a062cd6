import { Controller, Get, Param, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Id, Operation } from '#libs/http';
import { Actor } from '#libs/kernel';
import { type ContentAnswer, ContentAnswerInterceptor } from './content-answer.interceptor.js';
import { ContentHeaders } from './content-headers.js';
import { GET_CONTENT, GET_VERSION_CONTENT } from './content.operations.js';
import { ContentService } from './content.service.js';
import { type ContentRequest, WantedContent } from './selection.js';
import { VersionParams } from './version.params.js';

@ApiTags('Documents')
@Controller('v1/documents/:id')
export class ContentController {
  constructor(private readonly content: ContentService) {}

  @Get('content')
  @UseInterceptors(ContentAnswerInterceptor)
  @Operation(GET_CONTENT)
  @ContentHeaders()
  async current(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @WantedContent() wanted: ContentRequest,
  ): Promise<ContentAnswer> {
    return this.content.read(actor, id, null, wanted);
  }

  @Get('versions/:n/content')
  @UseInterceptors(ContentAnswerInterceptor)
  @Operation(GET_VERSION_CONTENT)
  @ContentHeaders()
  async version(
    @CurrentActor() actor: Actor,
    @Param() { id, n }: VersionParams,
    @WantedContent() wanted: ContentRequest,
  ): Promise<ContentAnswer> {
    return this.content.read(actor, id, n, wanted);
  }
}
