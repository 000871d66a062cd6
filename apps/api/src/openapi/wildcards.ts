import { type OpenAPIObject } from '@nestjs/swagger';
import { isReference, operationsOf } from './operations.js';

/** How the rest of a path is named in the template of its path. */
const REST = 'path';

/** Gives the rest of a path, which routes call `*`, the name that the template of its path has for it. */
export function nameRestOfPaths(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    for (const parameter of operation.parameters ?? []) {
      if (!isReference(parameter) && parameter.name === '*') parameter.name = REST;
    }
  }
}
