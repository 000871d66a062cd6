import { type Type } from '@nestjs/common';
import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage as conversions } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, type ValidationArguments, ValidationTypes } from 'class-validator';

const { PLAIN_TO_CLASS } = TransformationType;

type Declared = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Convert = ReturnType<typeof conversions.findTransformMetadatas>[number]['transformFn'];
type Check = (value: unknown, object: object) => unknown;

interface Property {
  readonly name: string;
  readonly convert: readonly Convert[];
  /** The rules are asked only where all of these hold. */
  readonly conditions: readonly Check[];
  readonly rules: readonly Check[];
}

/**
 * The rules and conversions of one class of flat values, looked up once: the libraries gather them anew for every value, at
 * several times the cost of asking them. It only ever says yes. What it does not accept, for whatever reason, is for the
 * libraries to judge and to explain.
 */
export class PreparedDto<T extends object> {
  private constructor(
    private readonly type: Type<T>,
    private readonly properties: ReadonlyMap<string, Property>,
  ) {}

  /** Null for classes that use what is not known here. */
  static of<T extends object>(type: Type<T>): PreparedDto<T> | null {
    const declared = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
    const names = [...new Set(declared.map(({ propertyName }) => propertyName))];
    if (
      declared.length === 0 ||
      !declared.every(isKnown) ||
      !names.every((name) => convertsAlone(type, name))
    )
      return null;
    const properties = names.map((name): [string, Property] => {
      const own = declared.filter(({ propertyName }) => propertyName === name);
      const convert = conversions
        .findTransformMetadatas(type, name, PLAIN_TO_CLASS)
        .map(({ transformFn }) => transformFn);
      return [name, { name, convert, conditions: own.flatMap(conditionsOf), rules: own.flatMap(rulesOf) }];
    });
    return new PreparedDto(type, new Map(properties));
  }

  /** The value as an instance of the class, or null when the libraries have to look at it. */
  accept(value: object): T | null {
    const instance = new this.type();
    for (const name of Object.keys(value)) {
      const property = this.properties.get(name);
      const given: unknown = Reflect.get(value, name);
      if (!property || !isFlat(given)) return null;
      Reflect.set(instance, name, converted(property, given, value));
    }
    for (const property of this.properties.values()) if (!holds(property, instance)) return null;
    return instance;
  }
}

function isKnown({ type, validateIf, groups }: Declared): boolean {
  const kind = type === ValidationTypes.CUSTOM_VALIDATION || type === ValidationTypes.CONDITIONAL_VALIDATION;
  return kind && validateIf === undefined && (groups ?? []).length === 0;
}

/** Whether nothing but conversions without conditions stands between what is given and the property. */
function convertsAlone(type: Type, name: string): boolean {
  const declared = conversions.findTransformMetadatas(type, name, PLAIN_TO_CLASS);
  return (
    declared.every(({ options }) => Object.keys(options).length === 0) &&
    [conversions.findTypeMetadata(type, name), conversions.findExposeMetadata(type, name)].every(isNothing) &&
    [
      conversions.findExcludeMetadata(type, name),
      Object.getOwnPropertyDescriptor(type.prototype, name),
    ].every(isNothing)
  );
}

function isNothing(found: unknown): boolean {
  return found === undefined;
}

/** What a query or a path is made of. */
function isFlat(value: unknown): boolean {
  return Array.isArray(value)
    ? value.every((item) => typeof item === 'string')
    : typeof value !== 'object' && typeof value !== 'function' && value !== undefined;
}

function converted({ convert, name: key }: Property, given: unknown, obj: object): unknown {
  let value = given;
  for (const step of convert) value = step({ value, key, obj, type: PLAIN_TO_CLASS, options: {} });
  return value;
}

function holds({ name, conditions, rules }: Property, instance: object): boolean {
  const value: unknown = Reflect.get(instance, name);
  return (
    !conditions.every((condition) => Boolean(condition(value, instance))) ||
    // A promise is no answer.
    rules.every((rule) => rule(value, instance) === true)
  );
}

function conditionsOf({ type, constraints }: Declared): Check[] {
  if (type !== ValidationTypes.CONDITIONAL_VALIDATION) return [];
  const [condition] = constraints as Array<(object: object, value: unknown) => unknown>;
  return condition ? [(value, object) => condition(object, value)] : [];
}

function rulesOf({ type, constraintCls, constraints, each, propertyName: property }: Declared): Check[] {
  if (type !== ValidationTypes.CUSTOM_VALIDATION) return [];
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map(({ instance }): Check => {
      const ask: Check = (value, object) => {
        const given: ValidationArguments = {
          value,
          constraints,
          targetName: object.constructor.name,
          object,
          property,
        };
        return instance.validate(value, given);
      };
      if (!each) return ask;
      return (value, object) =>
        Array.isArray(value) ? value.every((item) => ask(item, object) === true) : ask(value, object);
    });
}
