import * as audit from '#libs/audit';
import * as auth from '#libs/auth';
import * as documents from '#libs/documents';
import * as http from '#libs/http';
import * as kernel from '#libs/kernel';
import * as problems from '#libs/problems';
import * as storage from '#libs/storage';
import * as users from '#libs/users';
import { ExpectationFailedError } from '../http/connections.js';

const { AppError } = kernel;
const { problemType } = http;

/** One kind of problem, as its documentation shows it. */
export interface ProblemKind {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly about: string;
}

/** Every class of error that a client can meet. Those of a module are found in what the module exports. */
const CLASSES: readonly unknown[] = [
  ...[kernel, http, problems, audit, auth, documents, storage, users].flatMap((module) =>
    Object.values<unknown>(module),
  ),
  ExpectationFailedError,
];

function isErrorClass(value: unknown): value is kernel.ErrorClass {
  return typeof value === 'function' && value.prototype instanceof AppError;
}

/** The name of a kind of problem in its address: the last part of what `type` points to. */
export function nameOfProblem(code: string): string {
  return problemType(code).slice(problemType('').length);
}

/** Every kind of problem by its name, in alphabetical order. Throws when two classes share a code. */
export function problemCatalogue(classes: readonly unknown[] = CLASSES): ReadonlyMap<string, ProblemKind> {
  const kinds = new Map<string, kernel.ErrorClass>();
  for (const kind of new Set(classes.filter(isErrorClass))) {
    const other = kinds.get(nameOfProblem(kind.code));
    if (other) throw new Error(`Two error classes have the code ${kind.code}`);
    kinds.set(nameOfProblem(kind.code), kind);
  }
  return new Map([...kinds].sort(([a], [b]) => a.localeCompare(b, 'en')));
}
