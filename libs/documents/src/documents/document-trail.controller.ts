import { CurrentActor, Id, Operation, PageQuery } from '#libs/http';
import { Actor } from '#libs/kernel';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DocumentTrailService } from './document-trail.service.js';
import { GET_HISTORY, LIST_DECISIONS, LIST_VERSIONS } from './documents.operations.js';
import { DecisionPageView } from './dto/decision.view.js';
import { HistoryPageView } from './dto/history.view.js';
import { VersionPageView } from './dto/version.view.js';

@ApiTags('Documents')
@Controller('v1/documents/:id')
export class DocumentTrailController {
  constructor(private readonly trail: DocumentTrailService) {}

  @Get('versions')
  @Operation(LIST_VERSIONS)
  async versions(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Query() page: PageQuery,
  ): Promise<VersionPageView> {
    return this.trail.versions(actor, id, page);
  }

  @Get('decisions')
  @Operation(LIST_DECISIONS)
  async decisions(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Query() page: PageQuery,
  ): Promise<DecisionPageView> {
    return this.trail.decisions(actor, id, page);
  }

  @Get('history')
  @Operation(GET_HISTORY)
  async history(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Query() page: PageQuery,
  ): Promise<HistoryPageView> {
    return this.trail.history(actor, id, page);
  }
}
