import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Id, Operation } from '#libs/http';
import { Actor } from '#libs/kernel';
import { PublishedLog } from '../tlog-api/published-log.service.js';
import { ConsistencyQuery } from './dto/consistency.query.js';
import {
  CheckpointView,
  ConsistencyView,
  InclusionView,
  toCheckpointView,
  toConsistencyView,
  toInclusionView,
} from './dto/proofs.views.js';
import { LogProofs } from './log-proofs.service.js';
import { GET_AUDIT_CHECKPOINT, GET_CONSISTENCY, GET_INCLUSION } from './proofs.operations.js';

@ApiTags('Audit')
@Controller('v1/audit')
export class ProofsController {
  constructor(
    private readonly log: PublishedLog,
    private readonly proofs: LogProofs,
  ) {}

  @Get('checkpoint')
  @Operation(GET_AUDIT_CHECKPOINT)
  async checkpoint(): Promise<CheckpointView> {
    return toCheckpointView(await this.log.checkpoint());
  }

  @Get('entries/:id/inclusion')
  @Operation(GET_INCLUSION)
  async inclusion(@CurrentActor() actor: Actor, @Id() id: string): Promise<InclusionView> {
    return toInclusionView(await this.proofs.ofEntry(actor, id));
  }

  @Get('consistency')
  @Operation(GET_CONSISTENCY)
  async consistency(@Query() { from, to }: ConsistencyQuery): Promise<ConsistencyView> {
    return toConsistencyView(await this.proofs.between(from, to));
  }
}
