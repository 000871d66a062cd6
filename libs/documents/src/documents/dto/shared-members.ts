import { type ApiPropertyOptions } from '@nestjs/swagger';

/** Members that several views have, each described once. */

export const TRAILING_BYTES: ApiPropertyOptions = {
  type: 'integer',
  format: 'int64',
  minimum: 0,
  nullable: true,
  description:
    'How many bytes of the file follow the end of the document: padding, further images, or data that cameras append to photos. Null for a version that was uploaded before the server counted them.',
};

export const FILE_SIZE: ApiPropertyOptions = {
  type: 'integer',
  format: 'int64',
  minimum: 1,
  description: 'The size of the file in bytes.',
};

export const MEDIA_TYPE: ApiPropertyOptions = {
  description: 'The media type, which the server detects from the bytes.',
};

export const FILE_NAME: ApiPropertyOptions = {
  description: 'The file name from the upload. Downloads use it.',
};

export const REASON_CODE: ApiPropertyOptions = {
  type: 'string',
  nullable: true,
  description: 'A reason code from `GET /v1/reason-codes`.',
};

export const MESSAGE_TO_OWNER: ApiPropertyOptions = {
  type: 'string',
  nullable: true,
  description: 'The message to the owner.',
};

export const INTERNAL_NOTE: ApiPropertyOptions = {
  type: 'string',
  nullable: true,
  required: false,
  description:
    'An internal note. Only verifiers and admins get this member, and never for their own documents.',
};
