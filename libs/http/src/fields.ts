import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateIf,
  isEmail,
} from 'class-validator';
import { HasAtLeast, HasAtMost, IsCleanText, IsInstant, rule, tidyText } from './text-rules.js';

const EMAIL_MAX = 254;

/** The options of all fields. Each field below declares validation and OpenAPI together. */
interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  readonly optional?: boolean;
  readonly nullable?: boolean;
}

function field(
  options: FieldOptions,
  schema: Record<string, unknown>,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  const { optional = false, nullable = false, description, example } = options;
  return applyDecorators(
    ApiProperty({
      ...schema,
      ...(nullable ? { nullable } : {}),
      description,
      required: !optional,
      ...(example === undefined ? {} : { example }),
    } as object),
    // IsOptional() would also accept null.
    ValidateIf((_, value: unknown) => !(optional && value === undefined) && !(nullable && value === null)),
    ...rules,
  );
}

/**
 * Text for people: well-formed Unicode in NFC, trimmed, without control characters and bidi overrides; length in code
 * points.
 */
export function TextField(
  options: FieldOptions & { min?: number; max: number; multiline?: boolean },
): PropertyDecorator {
  const { min = 1, max, multiline = false } = options;
  return field(
    options,
    { type: 'string', minLength: min, maxLength: max },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? tidyText(value, max) : value)),
    IsString(),
    HasAtLeast(min),
    HasAtMost(max),
    IsCleanText({ multiline }),
  );
}

/** A secret exactly as typed: never trimmed, normalised or returned. */
export function SecretField(options: FieldOptions & { min?: number; max: number }): PropertyDecorator {
  const { min = 1, max } = options;
  return field(
    options,
    { type: 'string', format: 'password', minLength: min, maxLength: max },
    IsString(),
    HasAtLeast(min),
    HasAtMost(max),
  );
}

/** An opaque token of printable ASCII. */
export function TokenField(options: FieldOptions & { max: number }): PropertyDecorator {
  return field(
    options,
    { type: 'string', minLength: 1, maxLength: options.max, pattern: '^[\\x21-\\x7e]+$' },
    IsString(),
    HasAtLeast(1),
    HasAtMost(options.max),
    Matches(/^[\x21-\x7e]+$/, { message: 'must be printable ASCII without spaces' }),
  );
}

/** An e-mail address; compared regardless of case, stored as typed. */
export function EmailField(options: FieldOptions): PropertyDecorator {
  return field(
    options,
    { type: 'string', format: 'email', maxLength: EMAIL_MAX },
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? tidyText(value, EMAIL_MAX) : value,
    ),
    rule(
      'isEmail',
      'must be an e-mail address',
      (value) => typeof value === 'string' && value.length <= EMAIL_MAX && isEmail(value),
    ),
    HasAtMost(EMAIL_MAX),
    IsCleanText({ multiline: false }),
  );
}

export function UuidField(options: FieldOptions): PropertyDecorator {
  return field(options, { type: 'string', format: 'uuid' }, IsUUID());
}

/** A SHA-256 in lower-case hexadecimal. */
export function Sha256Field(options: FieldOptions): PropertyDecorator {
  return field(
    options,
    { type: 'string', pattern: '^[0-9a-f]{64}$' },
    Matches(/^[0-9a-f]{64}$/, { message: 'must be a SHA-256 in lower-case hexadecimal' }),
  );
}

/** One of `values`. The array is read at the request, so it may be filled after the class is loaded. */
export function EnumField(options: FieldOptions & { values: readonly string[] }): PropertyDecorator {
  return field(
    options,
    { type: 'string', enum: options.values },
    IsIn(options.values, { message: () => `must be one of ${options.values.join(', ')}` }),
  );
}

/** A set: no member twice. In a query, one value or the parameter repeated. */
export function EnumSetField(
  options: FieldOptions & { values: readonly string[]; min?: number; max?: number; inQuery?: boolean },
): PropertyDecorator {
  const { values, min = 1, max = values.length, inQuery = false } = options;
  return field(
    options,
    {
      type: 'array',
      items: { type: 'string', enum: values },
      minItems: min,
      maxItems: max,
      uniqueItems: true,
    },
    ...(inQuery
      ? [
          Transform(({ value }: { value: unknown }) =>
            typeof value === 'string' ? [value] : value,
          ) as PropertyDecorator,
        ]
      : []),
    IsArray(),
    ArrayMinSize(min, { message: min === 1 ? 'must not be empty' : `must have at least ${min} items` }),
    ArrayMaxSize(max, { message: `must have at most ${max} items` }),
    // Too many items are refused above without comparing them.
    rule(
      'arrayUnique',
      'must not contain duplicates',
      (value) => Array.isArray(value) && (value.length > max || new Set(value).size === value.length),
    ),
    rule(
      'isIn',
      () => `must contain only ${values.join(', ')}`,
      (value) =>
        Array.isArray(value) &&
        (value.length > max || value.every((item) => values.includes(item as string))),
    ),
  );
}

/** A whole number between `min` and `max`. In a query digits are converted; in a body text is refused. */
export function IntegerField(
  options: FieldOptions & { min: number; max: number; inQuery?: boolean; default?: number },
): PropertyDecorator {
  const { min, max, inQuery = false } = options;
  return field(
    options,
    {
      type: 'integer',
      minimum: min,
      maximum: max,
      ...(options.default === undefined ? {} : { default: options.default }),
    },
    ...(inQuery ? [Transform(({ value }: { value: unknown }) => digits(value)) as PropertyDecorator] : []),
    IsInt({ message: 'must be a whole number' }),
    Min(min, { message: `must be at least ${min}` }),
    Max(max, { message: `must be at most ${max}` }),
  );
}

function digits(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

export function BooleanField(options: FieldOptions & { inQuery?: boolean }): PropertyDecorator {
  return field(
    options,
    { type: 'boolean' },
    ...(options.inQuery
      ? [
          Transform(({ value }: { value: unknown }) =>
            value === 'true' ? true : value === 'false' ? false : value,
          ) as PropertyDecorator,
        ]
      : []),
    IsBoolean(),
  );
}

/** A timestamp: RFC 3339 with an offset, years 1 to 9999; kept as text, compared by PostgreSQL. */
export function InstantField(options: FieldOptions): PropertyDecorator {
  return field(options, { type: 'string', format: 'date-time' }, IsInstant());
}
