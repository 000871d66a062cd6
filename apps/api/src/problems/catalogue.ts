import { PRODUCT } from '#libs/modules';
import { problemType } from '#libs/http';

/** One kind of problem, as its documentation shows it. */
export interface ProblemKind {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly about: string;
}

/** The name of a kind of problem in its address: the last part of what `type` points to. */
export function nameOfProblem(code: string): string {
  return problemType(code).slice(problemType('').length);
}

/** Every kind of problem that a module declares by its name, in alphabetical order. */
export function problemCatalogue(): ReadonlyMap<string, ProblemKind> {
  const kinds = PRODUCT.problems.map((kind) => [nameOfProblem(kind.code), kind] as const);
  return new Map(kinds.toSorted(([a], [b]) => a.localeCompare(b, 'en')));
}
