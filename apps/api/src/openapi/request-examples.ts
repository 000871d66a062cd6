import { type OpenAPIObject } from '@nestjs/swagger';
import { operationsOf, resolve, type SchemaObject } from './operations.js';

const EXTENSION = 'x-request-example';
/** Represents the bytes of a file. */
const EXAMPLE_FILE = 'passport.pdf';

/** Adds to every request body an example that the API accepts unchanged. */
export function addRequestExamples(document: OpenAPIObject): void {
  for (const { operation } of operationsOf(document)) {
    const declared = operation[EXTENSION];
    delete operation[EXTENSION];
    if (!operation.requestBody) continue;
    for (const media of Object.values(resolve(document, operation.requestBody).content)) {
      if (media.example !== undefined || media.examples !== undefined || !media.schema) continue;
      media.example = declared ?? exampleOf(document, resolve(document, media.schema));
    }
  }
}

/** The required properties; all properties if none is required, because an empty change would not be an example. */
function exampleOf(document: OpenAPIObject, schema: SchemaObject): unknown {
  if (schema.example !== undefined) return schema.example;
  if (Array.isArray(schema.examples)) return schema.examples[0] as unknown;
  if (schema.default !== undefined) return schema.default as unknown;
  if (schema.format === 'binary') return EXAMPLE_FILE;
  if (schema.items) return [exampleOf(document, resolve(document, schema.items))];
  const required = schema.required ?? [];
  const properties = Object.entries(schema.properties ?? {})
    .filter(([name]) => required.length === 0 || required.includes(name))
    .map(([name, property]) => [name, exampleOf(document, resolve(document, property))] as const);
  return Object.fromEntries(properties.filter(([, value]) => value !== undefined));
}
