import { type OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** OpenAPI keywords without an effect on validity. */
const ANNOTATIONS = ['example', 'xml', 'externalDocs', 'discriminator', 'x-enumNames'];
/** Formats that are hints for tools and refuse no value. */
const HINTS = ['password', 'binary'];

export interface CheckerOptions {
  /** The schemas were validated against JSON Schema before, which is slow. */
  readonly validated?: boolean;
}

/** Checks values against the schemas of one OpenAPI document (JSON Schema 2020-12, strict, with formats). */
export class SchemaChecker {
  private readonly ajv: Ajv2020;
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(document: OpenAPIObject, { validated = false }: CheckerOptions = {}) {
    const validateSchema = !validated;
    this.ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true, validateSchema });
    addFormats.default(this.ajv);
    this.ajv.addVocabulary(ANNOTATIONS);
    for (const hint of HINTS) this.ajv.addFormat(hint, true);
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      this.ajv.addSchema(absolute(schema), `schema:${name}`);
    }
  }

  /** Throws if the schema itself is invalid. */
  compile(schema: object): ValidateFunction {
    const key = JSON.stringify(schema);
    const validate = this.compiled.get(key) ?? this.ajv.compile(absolute(schema));
    this.compiled.set(key, validate);
    return validate;
  }

  /** The errors of the value, one per line; empty if it is valid. */
  problemsOf(value: unknown, schema: object): string[] {
    const validate = this.compile(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = 'additionalProperty' in params ? ` (${String(params['additionalProperty'])})` : '';
      return `${instancePath || 'the value'} ${message ?? 'is wrong'}${extra}`;
    });
  }
}

/** References inside a document become references to the registered schemas. */
function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"schema:')) as object;
}
