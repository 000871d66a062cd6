import { type OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Words of OpenAPI's own vocabulary that say nothing about validity. */
const ANNOTATIONS = ['example', 'xml', 'externalDocs', 'discriminator', 'x-enumNames'];
/** Formats that tell a tool what to do with a value and refuse none. */
const HINTS = ['password', 'binary'];

export interface CheckerOptions {
  /** The schemas were held to JSON Schema's own before, which takes long. */
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

  /** Throws when the schema is not valid itself. */
  compile(schema: object): ValidateFunction {
    const key = JSON.stringify(schema);
    const validate = this.compiled.get(key) ?? this.ajv.compile(absolute(schema));
    this.compiled.set(key, validate);
    return validate;
  }

  /** What is wrong with the value, one line each; nothing when it fits. */
  problemsOf(value: unknown, schema: object): string[] {
    const validate = this.compile(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = 'additionalProperty' in params ? ` (${String(params['additionalProperty'])})` : '';
      return `${instancePath || 'the value'} ${message ?? 'is wrong'}${extra}`;
    });
  }
}

/** References inside a document become references to the schemas as they were added. */
function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"schema:')) as object;
}
