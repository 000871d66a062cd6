import { type z } from 'zod';
import { type Configuration } from './configuration.js';

/** The variables of one module: their rules, and the object that is injected by `token`. */
export interface ConfigurationSection<T extends object = object> {
  readonly token: abstract new () => T;
  readonly variables: z.ZodRawShape;
  /** Variables that may instead be named by `<NAME>_FILE`. */
  readonly secrets: readonly string[];
  read(values: never, configuration: Configuration): T;
}

/** Declares the variables of a module. `read` makes the injected object of checked values; it is frozen afterwards. */
export function configurationSection<T extends object, V extends z.ZodRawShape>(
  token: abstract new () => T,
  variables: V,
  read: (values: z.infer<z.ZodObject<V>>, configuration: Configuration) => T,
  secrets: readonly (keyof V & string)[] = [],
): ConfigurationSection<T> {
  return { token, variables, secrets, read };
}
