import { type OpenAPIObject } from '@nestjs/swagger';
import { isReference, operationsOf } from './operations.js';

/** The name of the wildcard in path templates. */
const REST = 'path';

/** Renames the wildcard parameter `*` to the name that the path template has for it. */
export function renameWildcardParameters(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    for (const parameter of operation.parameters ?? []) {
      if (!isReference(parameter) && parameter.name === '*') parameter.name = REST;
    }
  }
}
