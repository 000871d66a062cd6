import { BadRequestError } from '#libs/kernel';

/** More than any body of the contract, fewer than any recursion limit. */
export const MAX_JSON_DEPTH = 32;
/** More than any operation takes. Bounds the work of everything that looks at the members of a body. */
export const MAX_JSON_VALUES = 1000;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON strictly (RFC 8259, I-JSON in RFC 7493): UTF-8, no duplicate names in an object, at most
 * `MAX_JSON_DEPTH` levels, about `MAX_JSON_VALUES` members and items, and no `__proto__`. Throws `BadRequestError`. Takes linear time and does not recurse.
 */
export function parseJson(bytes: Buffer): unknown {
  const text = decode(bytes);
  refuseStructure(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequestError('The body is not valid JSON');
  }
}

function decode(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new BadRequestError('The body is not valid UTF-8');
  }
}

/** Scans the tokens once, before anything is built. Invalid JSON may pass here; `JSON.parse` refuses it. */
function refuseStructure(text: string): void {
  // One entry per open level: the names of an object so far, or null for an array.
  const levels: Array<Set<string> | null> = [];
  let values = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === ',') {
      values += 1;
      if (values >= MAX_JSON_VALUES)
        throw new BadRequestError(`The body has more than ${MAX_JSON_VALUES} members and items`);
    } else if (character === '{' || character === '[') {
      levels.push(character === '{' ? new Set() : null);
      if (levels.length > MAX_JSON_DEPTH) {
        throw new BadRequestError(`The body is nested more than ${MAX_JSON_DEPTH} levels deep`);
      }
    } else if (character === '}' || character === ']') {
      levels.pop();
    } else if (character === '"') {
      const end = endOfString(text, index);
      const names = levels.at(-1);
      if (names && isName(text, end + 1)) refuseName(text.slice(index, end + 1), names);
      index = end;
    }
  }
}

/** The index of the quote that closes the string opened at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) index++;
    else if (code === QUOTE) return index;
  }
  return text.length;
}

function isName(text: string, after: number): boolean {
  let index = after;
  while (index < text.length && ' \t\r\n'.includes(text[index] ?? '')) index++;
  return text[index] === ':';
}

function refuseName(literal: string, names: Set<string>): void {
  const name = literal.includes('\\') ? unescape(literal) : literal.slice(1, -1);
  if (name === '__proto__') throw new BadRequestError('The body has a member named __proto__');
  if (names.has(name)) throw new BadRequestError('An object in the body has the same member twice');
  names.add(name);
}

function unescape(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    throw new BadRequestError('The body is not valid JSON');
  }
}
