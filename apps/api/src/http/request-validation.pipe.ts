import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { type ValidationError as Finding } from 'class-validator';
import { type FieldError, ValidationError } from '#libs/kernel';
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
    const unsafe = metadata.type === 'custom' ? [] : findUnsafeValues(value, part);
    if (unsafe.length > 0) {
      throw new ValidationError('The request is not valid', { errors: unsafe.slice(0, MAX_ERRORS) });
    }
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof InvalidRequest)) throw error;
      throw new ValidationError('The request is not valid', {
        errors: describeFindings(error.findings, part),
      });
    }
  }
}
