import { type OperationMetadata, type Success } from '#libs/http';
import { NotFoundError, PreconditionFailedError } from '#libs/kernel';
import { ACCEPTED_TYPES } from '../upload/accepted-types.js';
import { ContentDamagedError, RangeNotSatisfiableError } from './content.errors.js';

const BINARY = Object.fromEntries(
  ACCEPTED_TYPES.map(({ mediaType }) => [mediaType, { schema: { type: 'string', format: 'binary' } }]),
);
const HEADERS = {
  ETag: 'The entity tag of the bytes, made from their SHA-256.',
  'Repr-Digest': 'The SHA-256 of the whole file (RFC 9530), also if the response is a range.',
  'Content-Disposition': 'Always `attachment`, with the file name from the upload (RFC 6266).',
  'Accept-Ranges': 'Always `bytes`.',
};
const SUCCESS: readonly Success[] = [
  { status: 200, description: 'The whole file.', content: BINARY, headers: HEADERS },
  {
    status: 206,
    description: 'The requested range.',
    content: BINARY,
    headers: {
      ...HEADERS,
      'Content-Range': 'The range of the bytes in this response, and the size of the file.',
    },
  },
];
const DESCRIPTION =
  'The server records every response with bytes in the audit log before it sends the first byte. It does not send bytes that differ from the uploaded bytes: it compares the SHA-256 before the first byte, or, for files larger than 64 MiB, while it sends them. If it finds a difference while sending, it closes the connection before the end of the file.';

export const GET_CONTENT: OperationMetadata = {
  id: 'getContent',
  summary: 'Download a document',
  description: `Downloads the bytes of the current version. ${DESCRIPTION}`,
  access: 'document:content',
  audited: 'document.content_read',
  success: SUCCESS,
  problems: [NotFoundError, PreconditionFailedError, RangeNotSatisfiableError, ContentDamagedError],
};

export const GET_VERSION_CONTENT: OperationMetadata = {
  ...GET_CONTENT,
  id: 'getVersionContent',
  summary: 'Download a version of a document',
  description: `Downloads the bytes of this version. ${DESCRIPTION}`,
};
