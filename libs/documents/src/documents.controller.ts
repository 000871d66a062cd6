import { Actor, CurrentActor, IdParams, Operation } from '#libs/kernel';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DocumentQueriesService } from './document-queries.service.js';
import { GET_DOCUMENT, LIST_DOCUMENTS } from './documents.operations.js';
import { DocumentPageView, DocumentView } from './dto/document.view.js';
import { ListDocumentsQuery } from './dto/list-documents.query.js';

@ApiTags('documents')
@Controller('v1/documents')
export class DocumentsController {
  constructor(private readonly queries: DocumentQueriesService) {}

  @Get()
  @Operation(LIST_DOCUMENTS)
  async list(@CurrentActor() actor: Actor, @Query() query: ListDocumentsQuery): Promise<DocumentPageView> {
    return this.queries.list(actor, query);
  }

  @Get(':id')
  @Operation(GET_DOCUMENT)
  async get(@CurrentActor() actor: Actor, @Param() { id }: IdParams): Promise<DocumentView> {
    return this.queries.get(actor, id);
  }
}
