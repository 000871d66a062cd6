import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { CurrentActor, Operation } from '#libs/http';
import { Actor } from '#libs/kernel';
import { DecisionParams } from './decision.params.js';
import { GET_DECISION_LEAF, GET_DECISION_RECEIPT } from './receipts.operations.js';
import { ReceiptsService } from './receipts.service.js';

@Controller('v1/documents/:id/decisions/:decisionId')
export class ReceiptsController {
  constructor(private readonly receipts: ReceiptsService) {}

  @Get('receipt')
  @Operation(GET_DECISION_RECEIPT)
  async receipt(
    @CurrentActor() actor: Actor,
    @Param() { id, decisionId }: DecisionParams,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.receipts.receipt(actor, { documentId: id, decisionId }), {
      type: 'text/plain; charset=utf-8',
      disposition: `attachment; filename="${decisionId}.tlog-proof"`,
    });
  }

  @Get('leaf')
  @Operation(GET_DECISION_LEAF)
  async leaf(
    @CurrentActor() actor: Actor,
    @Param() { id, decisionId }: DecisionParams,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.receipts.leaf(actor, { documentId: id, decisionId }), {
      type: 'application/octet-stream',
      disposition: `attachment; filename="${decisionId}.json"`,
    });
  }
}
