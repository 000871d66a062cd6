import { type OperationMetadata, type Success } from '#libs/http';
import { NotFoundError, PreconditionFailedError } from '#libs/kernel';
import { ACCEPTED_TYPES } from '../upload/accepted-types.js';
import { ContentDamagedError, RangeNotSatisfiableError } from './content.errors.js';

const BINARY = Object.fromEntries(
  ACCEPTED_TYPES.map(({ mediaType }) => [mediaType, { schema: { type: 'string', format: 'binary' } }]),
);
const HEADERS = {
  ETag: 'Names the bytes: their SHA-256.',
  'Repr-Digest': 'The SHA-256 of the whole file (RFC 9530), of a range too.',
  'Content-Disposition': 'Always `attachment`, with the name that the file was uploaded under (RFC 6266).',
  'Accept-Ranges': 'Always `bytes`.',
};
const SUCCESS: readonly Success[] = [
  { status: 200, description: 'All of the bytes.', content: BINARY, headers: HEADERS },
  {
    status: 206,
    description: 'The range that was asked for.',
    content: BINARY,
    headers: { ...HEADERS, 'Content-Range': 'Which bytes these are, and of how many.' },
  },
];
const DESCRIPTION =
  'Every answer that carries bytes is recorded in the audit log before the first of them is sent. Bytes that are no longer those that were uploaded are not served: the SHA-256 is compared before the first byte, and for files of more than 64 MiB on the way, in which case the connection breaks off before the end.';

export const GET_CONTENT: OperationMetadata = {
  id: 'getContent',
  summary: 'Download a document',
  description: `The bytes of the current version. ${DESCRIPTION}`,
  access: 'document:content',
  audited: 'document.content_read',
  success: SUCCESS,
  problems: [NotFoundError, PreconditionFailedError, RangeNotSatisfiableError, ContentDamagedError],
};

export const GET_VERSION_CONTENT: OperationMetadata = {
  ...GET_CONTENT,
  id: 'getVersionContent',
  summary: 'Download a version of a document',
  description: `The bytes of this version. ${DESCRIPTION}`,
};
