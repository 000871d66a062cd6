import { type OpenAPIObject } from '@nestjs/swagger';
import { isReference, type SchemaObject } from './operations.js';

/** Problems have extension members (RFC 9457, section 3.2). */
const OPEN_SCHEMAS = new Set(['Problem']);

/** Sets `additionalProperties: false` on every object: requests with other members are refused, responses have none. */
export function closeSchemas(document: OpenAPIObject): void {
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    if (!OPEN_SCHEMAS.has(name)) close(schema);
  }
}

function close(schema: SchemaObject | { $ref: string }): void {
  if (isReference(schema)) return;
  if (schema.properties) {
    schema.additionalProperties ??= false;
    for (const property of Object.values(schema.properties)) close(property);
  }
  for (const part of [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) close(part);
  if (schema.items) close(schema.items);
}

type Components = Record<string, Record<string, unknown>>;

/** Removes components that are not referenced, directly or indirectly, and sorts the others by name. */
export function keepUsedComponents(document: OpenAPIObject): void {
  const { securitySchemes, ...components } = document.components ?? {};
  const all = components as Components;
  const used = new Set<string>();
  const follow = (value: unknown): void => {
    for (const [, kind = '', name = ''] of JSON.stringify(value).matchAll(
      /"#\/components\/(\w+)\/([^"]+)"/g,
    )) {
      if (used.has(`${kind}/${name}`)) continue;
      used.add(`${kind}/${name}`);
      follow(all[kind]?.[name] ?? {});
    }
  };
  follow(document.paths);
  const kept = Object.entries(all).map(([kind, members]) => [
    kind,
    Object.fromEntries(
      Object.entries(members)
        .filter(([name]) => used.has(`${kind}/${name}`))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  ]);
  document.components = {
    ...(Object.fromEntries(kept) as object),
    ...(securitySchemes ? { securitySchemes } : {}),
  };
}
