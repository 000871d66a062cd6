import { Actor, CurrentActor, IdParams, IfMatch, Operation, RevisionPrecondition } from '#libs/kernel';
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { DocumentQueriesService } from './document-queries.service.js';
import { GET_DOCUMENT, LIST_DOCUMENTS, UPDATE_DOCUMENT, WITHDRAW_DOCUMENT } from './documents.operations.js';
import { DocumentsService } from './documents.service.js';
import { DocumentPageView, DocumentView } from './dto/document.view.js';
import { ListDocumentsQuery } from './dto/list-documents.query.js';
import { UpdateDocumentDto } from './dto/update-document.dto.js';

@Controller('v1/documents')
export class DocumentsController {
  constructor(
    private readonly queries: DocumentQueriesService,
    private readonly documents: DocumentsService,
  ) {}

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

  @Patch(':id')
  @Operation(UPDATE_DOCUMENT)
  async update(
    @CurrentActor() actor: Actor,
    @Param() { id }: IdParams,
    @IfMatch('required') precondition: RevisionPrecondition,
    @Body() body: UpdateDocumentDto,
  ): Promise<DocumentView> {
    return this.documents.edit(actor, { id, precondition }, body);
  }

  @Post(':id/withdraw')
  @Operation(WITHDRAW_DOCUMENT)
  async withdraw(
    @CurrentActor() actor: Actor,
    @Param() { id }: IdParams,
    @IfMatch('optional') precondition: RevisionPrecondition | null,
  ): Promise<DocumentView> {
    return this.documents.withdraw(actor, { id, precondition });
  }
}
