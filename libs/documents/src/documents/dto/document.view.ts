import { ApiProperty } from '@nestjs/swagger';
import { entityTag, PageView } from '#libs/http';
import { type Actor } from '#libs/kernel';
import { type Revocation, type ShownDocument } from '../../domain/document-state.js';
import { DOCUMENT_STATUSES, type DocumentStatus } from '../../domain/document-status.js';
import { DECISION_EXAMPLE, DecisionView, instant, instantOrNull, toDecisionView } from './decision.view.js';
import { RevocationView, toRevocationView } from './revocation.view.js';
import { DOCUMENT_TYPE, METADATA_SCHEMA } from './description.fields.js';
import { seesNotes } from '../../domain/visibility.js';
import { FILE_NAME, FILE_SIZE, MEDIA_TYPE, TRAILING_BYTES } from './shared-members.js';

/** The claim of a reviewer. */
export class ClaimView {
  @ApiProperty({ format: 'uuid' })
  reviewerId!: string;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    description: 'The time at which the claim expires. Until then only this reviewer may decide.',
  })
  claimedUntil!: string;
}

/** A document with its current version, and the decision about it if there is one. */
export class DocumentView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The user who uploaded the document.' })
  ownerId!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ pattern: DOCUMENT_TYPE.source })
  type!: string;

  @ApiProperty(METADATA_SCHEMA)
  metadata!: Record<string, string>;

  @ApiProperty({ type: 'string', enum: [...DOCUMENT_STATUSES] })
  status!: DocumentStatus;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The number of the current version, starting at 1.',
  })
  version!: number;

  @ApiProperty({ pattern: '^[0-9a-f]{64}$', description: 'The SHA-256 of the bytes of the current version.' })
  sha256!: string;

  @ApiProperty(FILE_SIZE)
  size!: number;

  @ApiProperty(TRAILING_BYTES)
  trailingBytes!: number | null;

  @ApiProperty(MEDIA_TYPE)
  mediaType!: string;

  @ApiProperty(FILE_NAME)
  fileName!: string;

  @ApiProperty({
    type: ClaimView,
    nullable: true,
    description: 'The claim while the document is `in_review`; otherwise null.',
  })
  claim!: ClaimView | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'The time at which the verification expires; null if it does not expire.',
  })
  validUntil!: string | null;

  @ApiProperty({
    type: DecisionView,
    nullable: true,
    description: 'The decision about the current version; null before a decision and after a reopening.',
  })
  decision!: DecisionView | null;

  @ApiProperty({
    type: RevocationView,
    nullable: true,
    description: 'The revocation while the document is `revoked`; otherwise null.',
  })
  revocation!: RevocationView | null;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description:
      'The number of the current revision. Every change except the extension of a claim increases it by 1, and the ETag contains it.',
  })
  revision!: number;

  @ApiProperty({
    description: 'The entity tag of this document, for `If-Match`. The same value as the header `ETag`.',
  })
  etag!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  updatedAt!: string;
}

export class DocumentPageView extends PageView {
  @ApiProperty({ type: [DocumentView] })
  items!: DocumentView[];
}

export const PENDING_EXAMPLE: DocumentView = {
  id: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10',
  ownerId: '0199f0a0-0b1c-7e55-8f3b-6a1d2c3e4f50',
  title: 'Passport',
  type: 'passport',
  metadata: { country: 'DE' },
  status: 'pending',
  version: 1,
  sha256: DECISION_EXAMPLE.versionSha256,
  size: 2_483_113,
  trailingBytes: 0,
  mediaType: 'application/pdf',
  fileName: 'passport.pdf',
  claim: null,
  validUntil: null,
  decision: null,
  revocation: null,
  revision: 1,
  etag: '"1-yQ4SD0jQ0QzKJw3Lk1W0Vw"',
  createdAt: '2026-11-20T09:30:00.000Z',
  updatedAt: '2026-11-20T09:30:00.000Z',
};

export const VERIFIED_EXAMPLE: DocumentView = {
  ...PENDING_EXAMPLE,
  status: 'verified',
  validUntil: '2031-11-20T00:00:00.000Z',
  decision: DECISION_EXAMPLE,
  revision: 3,
  etag: '"3-ooWeB8feL-6UHN4rIt7lBG"',
  updatedAt: DECISION_EXAMPLE.at,
};

/** The document as the actor may see it: only reviewers see internal notes. */
export function toDocumentView(
  document: ShownDocument<Date | string>,
  actor: Actor,
  revocation: Revocation<Date | string> | null = null,
): DocumentView {
  const { claim, decision, version } = document;
  const internal = seesNotes(actor, document);
  const view = {
    id: document.id,
    ownerId: document.ownerId,
    title: document.title,
    type: document.type,
    metadata: document.metadata,
    status: document.status,
    version: version.number,
    sha256: version.sha256,
    size: version.size,
    trailingBytes: version.trailingBytes,
    mediaType: version.mediaType,
    fileName: version.fileName,
    claim: claim && { reviewerId: claim.reviewerId, claimedUntil: instant(claim.until) },
    validUntil: instantOrNull(document.validUntil),
    decision: decision && toDecisionView(decision, internal),
    revision: document.revision,
    createdAt: instant(document.createdAt),
    updatedAt: instant(document.updatedAt),
  };
  const etag = entityTag(view.revision, {
    ...view,
    // The end of a claim can change without a new revision.
    claim: claim && claim.reviewerId,
    // PostgreSQL does not keep the order of the upload.
    metadata: Object.entries(view.metadata).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  });
  // The revision determines the revocation.
  return Object.assign(view, { revocation: revocation && toRevocationView(revocation, internal), etag });
}
