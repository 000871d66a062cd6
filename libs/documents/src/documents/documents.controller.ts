import { CurrentActor, Id, IfMatch, Operation, RevisionPrecondition } from '#libs/http';
import { Actor } from '#libs/kernel';
import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import { DocumentQueriesService } from './document-queries.service.js';
import {
  ADD_VERSION,
  GET_DOCUMENT,
  LIST_DOCUMENTS,
  UPDATE_DOCUMENT,
  UPLOAD_DOCUMENT,
  WITHDRAW_DOCUMENT,
} from './documents.operations.js';
import { DocumentsService } from './documents.service.js';
import { UpdateDocumentDto, UploadDocumentDto, UploadVersionDto } from './dto/document-requests.dto.js';
import { DocumentPageView, DocumentView } from './dto/document.view.js';
import { ListDocumentsQuery } from './dto/list-documents.query.js';
import { StagedFile, UploadedFile } from '../upload/uploaded-file.js';

@ApiTags('Documents')
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

  @Post()
  @Operation(UPLOAD_DOCUMENT)
  @ApiConsumes('multipart/form-data')
  async upload(
    @CurrentActor() actor: Actor,
    @Body() body: UploadDocumentDto,
    @StagedFile() file: UploadedFile,
  ): Promise<DocumentView> {
    return this.documents.upload(actor, body, file);
  }

  @Get(':id')
  @Operation(GET_DOCUMENT)
  async get(@CurrentActor() actor: Actor, @Id() id: string): Promise<DocumentView> {
    return this.queries.get(actor, id);
  }

  @Patch(':id')
  @Operation(UPDATE_DOCUMENT)
  async update(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @IfMatch('required') precondition: RevisionPrecondition,
    @Body() body: UpdateDocumentDto,
  ): Promise<DocumentView> {
    return this.documents.edit(actor, { id, precondition }, body);
  }

  @Post(':id/withdraw')
  @Operation(WITHDRAW_DOCUMENT)
  async withdraw(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @IfMatch('optional') precondition: RevisionPrecondition | null,
  ): Promise<DocumentView> {
    return this.documents.withdraw(actor, { id, precondition });
  }

  @Post(':id/versions')
  @Operation(ADD_VERSION)
  @ApiConsumes('multipart/form-data')
  async addVersion(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @IfMatch('optional') precondition: RevisionPrecondition | null,
    @Body() _: UploadVersionDto,
    @StagedFile() file: UploadedFile,
  ): Promise<DocumentView> {
    return this.documents.addVersion(actor, { id, precondition }, file);
  }
}
