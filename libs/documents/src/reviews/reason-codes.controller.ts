import { Operation } from '#libs/http';
import { Controller, Get } from '@nestjs/common';
import { LIST_REASON_CODES } from '../documents/documents.operations.js';
import { REASON_CODES } from '../domain/reason-codes.js';
import { ReasonCodeListView, toReasonCodeView } from './dto/reason-code.view.js';

@Controller('v1/reason-codes')
export class ReasonCodesController {
  @Get()
  @Operation(LIST_REASON_CODES)
  list(): ReasonCodeListView {
    return { items: REASON_CODES.map(toReasonCodeView) };
  }
}
