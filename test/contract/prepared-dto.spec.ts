import { type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { plainToInstance, Transform } from 'class-transformer';
import { getMetadataStorage, IsString, ValidateNested, validateSync } from 'class-validator';
import fc from 'fast-check';
import { IdParams } from '#libs/http';
import { PreparedDto } from '../../apps/api/src/http/prepared-dto.js';
import { findUnsafeValues } from '../../apps/api/src/http/unsafe-values.js';
import { previewApi } from '../../apps/api/src/openapi/preview.js';
import { handlersOf } from '../support/handlers.js';
import { HOSTILE_JSON } from '../support/hostile-values.js';

const FROM_THE_CLIENT = /^[345]:/;
const ID = '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10';
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const ORDINARY = ['1', '20', '101', 'true', 'pass', 'passport', 'pending', 'verified', 'active', 'user'];
const OTHERS = [
  ID,
  SHA256,
  'document.verified',
  '2026-01-01T00:00:00Z',
  'anna@example.com',
  ['pending'],
  ['a', 'a'],
];
/** What is left of all that somebody may send once names with a meaning of their own were refused. */
const VALUES: unknown[] = [
  ...ORDINARY,
  ...OTHERS,
  ...HOSTILE_JSON.map((text) => JSON.parse(text) as unknown),
].filter((value) => findUnsafeValues(value, 'query').length === 0);

/** Every class of a body, a query or the parameters of a path in the API. */
async function classes(): Promise<Type<object>[]> {
  const found = handlersOf(await previewApi()).flatMap(({ controller, method }) => {
    const sources = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
      string,
      { readonly index: number }
    >;
    const types = Reflect.getMetadata(
      'design:paramtypes',
      controller.prototype as object,
      method,
    ) as Type<object>[];
    return Object.entries(sources).flatMap(([source, { index }]) =>
      FROM_THE_CLIENT.test(source) ? [types[index]!] : [],
    );
  });
  return [...new Set(found)];
}

const propertiesOf = (type: Type<object>): string[] => [
  ...new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(type, '', false, false)
      .map(({ propertyName }) => propertyName),
  ),
];

/** What the libraries make of it; null when they refuse it. */
function judged(type: Type<object>, value: object): object | null {
  const instance = plainToInstance(type, value);
  const options = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };
  return validateSync(instance, options).length === 0 ? instance : null;
}

const isFlat = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((item) => typeof item === 'string') : typeof value !== 'object';

describe('what is accepted without asking the libraries', () => {
  it('is what they accept and make of it, for every class of the API and whatever is sent', async () => {
    const found = await classes();
    expect(found.length).toBeGreaterThan(15);
    for (const type of found) {
      const prepared = PreparedDto.of(type);
      const names = propertiesOf(type);
      const values = fc.dictionary(fc.constantFrom(...names, 'stranger'), fc.constantFrom(...VALUES), {
        maxKeys: names.length + 1,
      });
      fc.assert(
        fc.property(values, (given) => {
          const accepted = prepared?.accept(given) ?? null;
          const wanted = judged(type, given);
          if (accepted !== null || (prepared && Object.values(given).every(isFlat))) {
            expect(accepted).toEqual(wanted);
            expect(accepted === null || Object.getPrototypeOf(accepted) === type.prototype).toBe(true);
          }
        }),
        { numRuns: 300 },
      );
    }
  }, 60_000);

  it('is every ordinary path and query of the API', async () => {
    const asked = (await classes()).filter(({ name }) => /Params$|Query$/.test(name));
    expect(asked.filter((type) => PreparedDto.of(type) === null)).toEqual([]);
    expect(PreparedDto.of(IdParams)?.accept({ id: ID })).toEqual({ id: ID });
    expect(PreparedDto.of(IdParams)?.accept({ id: 'x' })).toBeNull();
    expect(PreparedDto.of(IdParams)?.accept({ id: ID, more: ID })).toBeNull();
    expect(PreparedDto.of(IdParams)?.accept({})).toBeNull();
  });

  it('is nothing of a class that does what is not known here', () => {
    class Nested {
      @ValidateNested()
      inner!: object;
    }
    class Grouped {
      @IsString({ groups: ['some'] })
      text!: string;
    }
    class Conditional {
      @IsString()
      @Transform(({ value }: { value: unknown }) => value, { since: 1 })
      text!: string;
    }
    class Undeclared {}
    expect([Nested, Grouped, Conditional, Undeclared].map((type) => PreparedDto.of<object>(type))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
