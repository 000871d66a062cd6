import { CurrentActor, Id, IfMatch, Operation, RevisionPrecondition } from '#libs/http';
import { Actor } from '#libs/kernel';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { DocumentView } from '../documents/dto/document.view.js';
import { DecisionOperation } from './decision-operation.js';
import {
  ClaimDocumentDto,
  RejectDocumentDto,
  ReopenDocumentDto,
  RequestChangesDto,
  RevokeDocumentDto,
  VerifyDocumentDto,
} from './dto/review-requests.dto.js';
import {
  CLAIM_DOCUMENT,
  REJECT_DOCUMENT,
  RELEASE_DOCUMENT,
  REOPEN_DOCUMENT,
  REQUEST_CHANGES,
  REVOKE_DOCUMENT,
  VERIFY_DOCUMENT,
} from './reviews.operations.js';
import { ReviewsService } from './reviews.service.js';

@ApiTags('Review')
@Controller('v1/documents/:id')
export class ReviewsController {
  constructor(private readonly reviews: ReviewsService) {}

  @Post('claim')
  @Operation(CLAIM_DOCUMENT)
  @ApiBody({ type: ClaimDocumentDto, required: false })
  async claim(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @IfMatch('optional') precondition: RevisionPrecondition | null,
    @Body() body: ClaimDocumentDto,
  ): Promise<DocumentView> {
    return this.reviews.claim(actor, { id, precondition }, body);
  }

  @Post('release')
  @Operation(RELEASE_DOCUMENT)
  async release(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @IfMatch('optional') precondition: RevisionPrecondition | null,
  ): Promise<DocumentView> {
    return this.reviews.release(actor, { id, precondition });
  }

  @Post('verify')
  @DecisionOperation(VERIFY_DOCUMENT)
  @ApiBody({ type: VerifyDocumentDto, required: false })
  async verify(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @IfMatch('optional') precondition: RevisionPrecondition | null,
    @Body() body: VerifyDocumentDto,
  ): Promise<DocumentView> {
    return this.reviews.verify(actor, { id, precondition }, body);
  }

  @Post('reject')
  @DecisionOperation(REJECT_DOCUMENT)
  async reject(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @IfMatch('optional') precondition: RevisionPrecondition | null,
    @Body() body: RejectDocumentDto,
  ): Promise<DocumentView> {
    return this.reviews.reject(actor, { id, precondition }, body);
  }

  @Post('request-changes')
  @DecisionOperation(REQUEST_CHANGES)
  async requestChanges(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @IfMatch('optional') precondition: RevisionPrecondition | null,
    @Body() body: RequestChangesDto,
  ): Promise<DocumentView> {
    return this.reviews.requestChanges(actor, { id, precondition }, body);
  }

  @Post('revoke')
  @Operation(REVOKE_DOCUMENT)
  async revoke(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @IfMatch('optional') precondition: RevisionPrecondition | null,
    @Body() body: RevokeDocumentDto,
  ): Promise<DocumentView> {
    return this.reviews.revoke(actor, { id, precondition }, body);
  }

  @Post('reopen')
  @Operation(REOPEN_DOCUMENT)
  async reopen(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @IfMatch('optional') precondition: RevisionPrecondition | null,
    @Body() body: ReopenDocumentDto,
  ): Promise<DocumentView> {
    return this.reviews.reopen(actor, { id, precondition }, body);
  }
}
