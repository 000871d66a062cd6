import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Matches, registerDecorator, ValidateIf } from 'class-validator';
import {
  metadataProblem,
  METADATA_KEY,
  METADATA_MAX_KEYS,
  METADATA_MAX_VALUE,
} from '../../domain/metadata.js';

/** What kind of document it is, in the words of whoever integrates: an identifier, not prose. */
export const DOCUMENT_TYPE = /^[a-z][a-z0-9_]{0,63}$/;

/** Metadata in OpenAPI. */
export const METADATA_SCHEMA = {
  type: 'object',
  maxProperties: METADATA_MAX_KEYS,
  propertyNames: { pattern: METADATA_KEY.source },
  additionalProperties: { type: 'string', maxLength: METADATA_MAX_VALUE },
  description: `A flat object with string values and at most ${METADATA_MAX_KEYS} keys. The server returns it unchanged and does not interpret it.`,
  example: { country: 'DE' },
} as const;

interface FieldOptions {
  readonly description: string;
  readonly optional?: boolean;
}

const unlessAbsent = (optional = false): PropertyDecorator =>
  ValidateIf((_, value: unknown) => !(optional && value === undefined));

export function DocumentTypeField({ description, optional }: FieldOptions): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'string',
      pattern: DOCUMENT_TYPE.source,
      description,
      required: !optional,
      example: 'passport',
    }),
    unlessAbsent(optional),
    Matches(DOCUMENT_TYPE, {
      message: 'must be an identifier: a lower-case letter, then up to 63 lower-case letters, digits or _',
    }),
  );
}

/** A flat map of text to text. */
export function MetadataField({ optional }: { optional?: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...METADATA_SCHEMA, required: !optional } as object),
    // The untouched value: class-transformer would drop keys such as `constructor` before anybody could refuse them.
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]),
    unlessAbsent(optional),
    IsMetadata(),
  );
}

function IsMetadata(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isMetadata',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown) => metadataProblem(value) === null,
        defaultMessage: (findings) => metadataProblem(findings?.value) ?? 'is not valid',
      },
    });
}
