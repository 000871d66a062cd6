import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { type ValidationError as Finding } from 'class-validator';
import { type FieldError, ValidationError } from '#libs/kernel';
import { separateUnknown } from './unknown-members.js';
import { describeFindings, findUnsafeValues, MAX_ERRORS } from './validation-findings.js';

const PART: Readonly<Record<ArgumentMetadata['type'], FieldError['in']>> = {
  body: 'body',
  query: 'query',
  param: 'path',
  custom: 'header',
};

class InvalidRequest extends Error {
  constructor(readonly findings: Finding[]) {
    super('invalid request');
  }
}

/** Transforms and validates request data as DTOs. Throws `ValidationError` with JSON pointers; undeclared members are invalid. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: false,
      exceptionFactory: (findings) => new InvalidRequest(findings),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const part = PART[metadata.type];
    if (metadata.type === 'custom' || !metadata.metatype || !this.toValidate(metadata)) {
      return super.transform(value, metadata);
    }
    if (part === 'body' && value !== undefined && !isObject(value)) {
      refuse([{ in: part, pointer: '', detail: 'must be a JSON object' }]);
    }
    const unsafe = findUnsafeValues(value, part);
    if (unsafe.length > 0) refuse(unsafe);
    const { known, unknown } = separateUnknown(value, metadata.metatype, part);
    if (unknown.length >= MAX_ERRORS) refuse(unknown);
    let transformed: unknown;
    try {
      transformed = await super.transform(known, metadata);
    } catch (error) {
      if (!(error instanceof InvalidRequest)) throw error;
      refuse([...unknown, ...describeFindings(error.findings, part)]);
    }
    if (unknown.length > 0) refuse(unknown);
    return transformed;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(errors: readonly FieldError[]): never {
  throw new ValidationError('The request is not valid', { errors: errors.slice(0, MAX_ERRORS) });
}
