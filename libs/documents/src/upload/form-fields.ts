import { createHash } from 'node:crypto';
import { type Readable } from 'node:stream';
import { parseJson } from '#libs/http';
import { BadRequestError, PayloadTooLargeError, ValidationError } from '#libs/kernel';
import { type UploadedFile } from './uploaded-file.js';

export const MAX_FIELD_BYTES = 64 * 1024;
const JSON_FIELDS = new Set(['metadata']);

/** Whether the field is a JSON text. */
export function isJsonField(name: string): boolean {
  return JSON_FIELDS.has(name);
}

/** The text of a field. Throws for more than `MAX_FIELD_BYTES` (413) and for bytes that are not UTF-8 (400). */
export async function readText(content: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += (chunk as Buffer).length;
    if (size > MAX_FIELD_BYTES) {
      throw new PayloadTooLargeError(`A form field is larger than the limit of ${MAX_FIELD_BYTES} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new BadRequestError('A form field is not valid UTF-8');
  }
}

/** The fields as a body for validation, with JSON fields parsed. Throws `ValidationError` for invalid JSON. */
export function fieldsOf(texts: ReadonlyMap<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    [...texts].map(([name, text]) => [name, JSON_FIELDS.has(name) ? jsonOf(name, text) : text]),
  );
}

function jsonOf(name: string, text: string): unknown {
  try {
    return parseJson(Buffer.from(text));
  } catch (error) {
    if (!(error instanceof BadRequestError)) throw error;
    throw new ValidationError('The form is not valid', {
      errors: [{ in: 'body', pointer: `/${name}`, detail: 'must be valid JSON' }],
      cause: error,
    });
  }
}

/** SHA-256, in hexadecimal, over all fields and the file. The order of the parts does not matter. */
export function digestOf(texts: ReadonlyMap<string, string>, file: UploadedFile, declared: string): string {
  const content = [[...texts].sort(([a], [b]) => (a < b ? -1 : 1)), file.fileName, declared, file.sha256];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
