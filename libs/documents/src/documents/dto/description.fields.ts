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

/** The type of a document: an identifier that the integrating system chooses. */
export const DOCUMENT_TYPE = /^[a-z][a-z0-9_]{0,63}$/;

/** The OpenAPI schema of metadata. */
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

/** A flat map from string to string. */
export function MetadataField({ optional }: { optional?: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...METADATA_SCHEMA, required: !optional } as object),
    // Validate the original value: class-transformer would drop keys such as `constructor` silently.
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
