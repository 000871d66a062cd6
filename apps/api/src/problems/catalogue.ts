import { PRODUCT } from '#libs/modules';
import { problemType } from '#libs/http';

/** The documentation of one problem. */
export interface ProblemKind {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly about: string;
}

/** The name of a problem in its address: the last part of `type`. */
export function nameOfProblem(code: string): string {
  return problemType(code).slice(problemType('').length);
}

/** All problems that modules declare, by name, in alphabetical order. */
export function problemCatalogue(): ReadonlyMap<string, ProblemKind> {
  const kinds = PRODUCT.problems.map((kind) => [nameOfProblem(kind.code), kind] as const);
  return new Map(kinds.toSorted(([a], [b]) => a.localeCompare(b, 'en')));
}
