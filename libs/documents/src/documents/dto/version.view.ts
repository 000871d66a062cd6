import { ApiProperty } from '@nestjs/swagger';
import { PageView } from '#libs/http';
import { type DocumentVersion } from '../../domain/document-state.js';
import { DECISION_EXAMPLE, instant } from './decision.view.js';
import { FILE_NAME, FILE_SIZE, MEDIA_TYPE, TRAILING_BYTES } from './shared-members.js';

/** One uploaded file. Versions never change. */
export class VersionView {
  @ApiProperty({ type: 'integer', minimum: 1 })
  number!: number;

  @ApiProperty({ pattern: '^[0-9a-f]{64}$' })
  sha256!: string;

  @ApiProperty(FILE_SIZE)
  size!: number;

  @ApiProperty(TRAILING_BYTES)
  trailingBytes!: number | null;

  @ApiProperty(MEDIA_TYPE)
  mediaType!: string;

  @ApiProperty(FILE_NAME)
  fileName!: string;

  @ApiProperty({ format: 'uuid' })
  uploadedBy!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt!: string;
}

export class VersionPageView extends PageView {
  @ApiProperty({ type: [VersionView] })
  items!: VersionView[];
}

export const VERSION_EXAMPLE: VersionView = {
  number: 1,
  sha256: DECISION_EXAMPLE.versionSha256,
  size: 2_483_113,
  trailingBytes: 0,
  mediaType: 'application/pdf',
  fileName: 'passport.pdf',
  uploadedBy: '0199f0a0-0b1c-7e55-8f3b-6a1d2c3e4f50',
  createdAt: '2026-11-20T09:30:00.000Z',
};

export function toVersionView(version: DocumentVersion): VersionView {
  return {
    number: version.number,
    sha256: version.sha256,
    size: version.size,
    trailingBytes: version.trailingBytes,
    mediaType: version.mediaType,
    fileName: version.fileName,
    uploadedBy: version.uploadedBy,
    createdAt: instant(version.createdAt),
  };
}
