import { type OpenAPIObject } from '@nestjs/swagger';

type PathItem = OpenAPIObject['paths'][string];
export type OperationObject = NonNullable<PathItem['get']> & { [extension: `x-${string}`]: unknown };
export type ResponseObject = Exclude<NonNullable<OperationObject['responses'][string]>, { $ref: string }>;
export type SchemaObject = Exclude<
  NonNullable<NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string]>,
  { $ref: string }
>;

export const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
export type Method = (typeof METHODS)[number];

export interface Located {
  readonly path: string;
  readonly method: Method;
  readonly operation: OperationObject;
}

/** All operations of the document with path and method, in the order of the document. */
export function operationsOf(document: OpenAPIObject): Located[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method] as OperationObject | undefined;
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}

export function isReference(value: object): value is { $ref: string } {
  return '$ref' in value;
}

/** Follows references within the document. Returns other values unchanged. */
export function resolve<T extends object>(document: OpenAPIObject, value: T | { $ref: string }): T {
  if (!isReference(value)) return value;
  let found: unknown = document;
  for (const step of value.$ref.split('/').slice(1)) {
    found = (found as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  if (typeof found !== 'object' || found === null) throw new Error(`${value.$ref} refers to nothing`);
  return resolve(document, found as T | { $ref: string });
}
