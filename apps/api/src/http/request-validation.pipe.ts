import { type ArgumentMetadata, Injectable, type Type, ValidationPipe } from '@nestjs/common';
import { type ValidationError as Finding } from 'class-validator';
import { type FieldError, ValidationError } from '#libs/kernel';
import { PreparedDto } from './prepared-dto.js';
import { findUnsafeValues } from './unsafe-values.js';
import { describeFindings, MAX_ERRORS } from './validation-findings.js';

const PART: Readonly<Record<ArgumentMetadata['type'], FieldError['in']>> = {
  body: 'body',
  query: 'query',
  param: 'path',
  custom: 'header',
};

class Refused extends Error {
  constructor(readonly findings: Finding[]) {
    super('refused');
  }
}

/** Turns what the client sent into DTOs and refuses, with pointers, whatever they do not declare. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  private readonly prepared = new Map<unknown, PreparedDto<object> | null>();

  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: false,
      exceptionFactory: (findings) => new Refused(findings),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const part = PART[metadata.type];
    const unsafe = metadata.type === 'custom' ? [] : findUnsafeValues(value, part);
    if (unsafe.length > 0) {
      throw new ValidationError('The request is not valid', { errors: unsafe.slice(0, MAX_ERRORS) });
    }
    const accepted = this.acceptAtOnce(value, metadata);
    if (accepted !== null) return accepted;
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new ValidationError('The request is not valid', {
        errors: describeFindings(error.findings, part),
      });
    }
  }

  /** Null for everything about which something is to be said, and for what has no rules that could be prepared. */
  private acceptAtOnce(value: unknown, { type, metatype }: ArgumentMetadata): object | null {
    if (type === 'custom' || !metatype || typeof value !== 'object' || value === null || Array.isArray(value))
      return null;
    let prepared = this.prepared.get(metatype);
    if (prepared === undefined) {
      prepared = PreparedDto.of(metatype as Type<object>);
      this.prepared.set(metatype, prepared);
    }
    return prepared?.accept(value) ?? null;
  }
}
