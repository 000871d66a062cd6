import { type Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { type FieldError } from '#libs/kernel';
import { MAX_ERRORS, pointerTo, UNKNOWN_MEMBER } from './validation-findings.js';

const declared = new WeakMap<Type, ReadonlySet<string>>();

/** The names of the members that a DTO declares; empty for a class without rules. */
function declaredMembers(dto: Type): ReadonlySet<string> {
  let names = declared.get(dto);
  if (!names) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false);
    names = new Set(rules.map(({ propertyName }) => propertyName));
    declared.set(dto, names);
  }
  return names;
}

/**
 * Splits a value into the members that its DTO declares and errors about the others, at most `MAX_ERRORS`. It compares own
 * members only: class-validator looks names up in a plain object, which also has `toString` and the like.
 */
export function separateUnknown(
  value: unknown,
  dto: Type,
  part: FieldError['in'],
): { known: unknown; unknown: FieldError[] } {
  const names = declaredMembers(dto);
  if (names.size === 0 || typeof value !== 'object' || value === null) return { known: value, unknown: [] };
  const strangers = Object.keys(value).filter((name) => !names.has(name));
  if (strangers.length === 0) return { known: value, unknown: [] };
  return {
    known: Object.fromEntries(Object.entries(value).filter(([name]) => names.has(name))),
    unknown: strangers
      .slice(0, MAX_ERRORS)
      .map((name) => ({ in: part, pointer: pointerTo('', name), detail: UNKNOWN_MEMBER })),
  };
}
