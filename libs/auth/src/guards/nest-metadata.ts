import { RequestMapping, RequestMethod, UseInterceptors } from '@nestjs/common';
import { EMPTY } from 'rxjs';

const PATH = '/probe';
const METHOD = RequestMethod.PATCH;
const INTERCEPTOR = { intercept: () => EMPTY };

class Probe {
  @RequestMapping({ path: PATH, method: METHOD })
  @UseInterceptors(INTERCEPTOR)
  handle(): void {}
}

/**
 * The keys under which Nest's decorators store what they declare. Nest does not publish the keys, so they are read from a
 * handler with known declarations.
 */
export const PATH_METADATA = keyOf((value) => value === PATH);
export const METHOD_METADATA = keyOf((value) => value === METHOD);
export const INTERCEPTORS_METADATA = keyOf((value) => Array.isArray(value) && value.includes(INTERCEPTOR));

function keyOf(isDeclared: (value: unknown) => boolean): string {
  const handler = Object.getOwnPropertyDescriptor(Probe.prototype, 'handle')?.value as object;
  const [key, ...others] = (Reflect.getMetadataKeys(handler) as string[]).filter((name) =>
    isDeclared(Reflect.getMetadata(name, handler)),
  );
  if (key === undefined || others.length > 0)
    throw new Error('Nest stores the declarations of a handler in an unknown way');
  return key;
}
