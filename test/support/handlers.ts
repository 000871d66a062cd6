import { type INestApplication } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { OPERATION, type OperationMetadata } from '#libs/http';

/** One method of a controller and its metadata. */
export interface Handler {
  readonly name: string;
  readonly controller: Function;
  readonly method: string;
  readonly operation: OperationMetadata | undefined;
}

/** The keys under which Nest stores `@Body`, `@Query` and `@Param` among the arguments of a route. */
const FROM_THE_CLIENT = /^[345]:/;
/** Emitted for a type whose class was erased or is not a class: its value cannot be validated. */
const UNCHECKED: readonly unknown[] = [Object, String, Number, Boolean, Array, undefined];

/** Every method of every controller of the application. */
export function handlersOf(app: INestApplication): Handler[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  return controllers.flatMap(({ metatype }) => {
    const controller = metatype as Function;
    const prototype = controller.prototype as object;
    return new MetadataScanner().getAllMethodNames(prototype).map((method) => ({
      name: `${controller.name}.${method}`,
      controller,
      method,
      operation: Reflect.getMetadata(OPERATION, Reflect.get(prototype, method) as object) as
        OperationMetadata | undefined,
    }));
  });
}

/** The arguments of the handler that come from the client and are validated neither as a class nor by a pipe of their own. */
export function uncheckedArguments({ name, controller, method }: Handler): string[] {
  const sources = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    { readonly index: number; readonly pipes: readonly unknown[] }
  >;
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype as object, method) ??
    []) as unknown[];
  return Object.entries(sources)
    .filter(
      ([source, { index, pipes }]) =>
        FROM_THE_CLIENT.test(source) && pipes.length === 0 && UNCHECKED.includes(types[index]),
    )
    .map(([, { index }]) => `${name}, argument ${index}`);
}
