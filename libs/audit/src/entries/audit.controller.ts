import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiTags } from '@nestjs/swagger';
import { CurrentActor, Id, Operation } from '#libs/http';
import { Actor } from '#libs/kernel';
import { EXPORT_AUDIT_ENTRIES, GET_AUDIT_ENTRY, LIST_AUDIT_ENTRIES } from './audit.operations.js';
import { AuditService } from './audit.service.js';
import { ExportAuditQuery, ListAuditEntriesQuery, toEntryFilter } from './dto/audit-entries.query.js';
import { AuditEntryPageView, AuditEntryView, toAuditEntryView } from './dto/audit-entry.view.js';
import { ExportedEntryView } from './dto/exported-entry.view.js';
import { exportFile } from './export/export-file.js';

@ApiTags('Audit')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get('entries')
  @Operation(LIST_AUDIT_ENTRIES)
  async list(
    @CurrentActor() actor: Actor,
    @Query() query: ListAuditEntriesQuery,
  ): Promise<AuditEntryPageView> {
    const page = await this.audit.list(actor, toEntryFilter(query), query);
    return { items: page.items.map(toAuditEntryView), nextCursor: page.nextCursor };
  }

  @Get('entries/:id')
  @Operation(GET_AUDIT_ENTRY)
  async get(@CurrentActor() actor: Actor, @Id() id: string): Promise<AuditEntryView> {
    return toAuditEntryView(await this.audit.get(actor, id));
  }

  @Get('export')
  @Operation(EXPORT_AUDIT_ENTRIES)
  @ApiExtraModels(ExportedEntryView)
  async export(@CurrentActor() actor: Actor, @Query() query: ExportAuditQuery): Promise<StreamableFile> {
    const batches = await this.audit.export(actor, toEntryFilter(query));
    return exportFile(batches, query.format ?? 'ndjson');
  }
}
