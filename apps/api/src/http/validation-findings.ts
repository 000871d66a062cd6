import { type ValidationError as Finding } from 'class-validator';
import { type FieldError } from '#libs/kernel';
import { pointerTo } from './pointers.js';

/** As many as somebody may want to read. */
export const MAX_ERRORS = 50;

/** The rules that say what kind of value a member takes. */
const KINDS = new Set(['isArray', 'isBoolean', 'isEmail', 'isInt', 'isString']);

/** What class-validator found, as JSON pointers (RFC 6901) into one part of the request, the first 50 of it. */
export function describeFindings(findings: readonly Finding[], part: FieldError['in']): FieldError[] {
  const errors: FieldError[] = [];
  collect(findings, '', part, errors);
  return errors;
}

function collect(
  findings: readonly Finding[],
  parent: string,
  part: FieldError['in'],
  errors: FieldError[],
): void {
  for (const finding of findings) {
    const pointer = pointerTo(parent, finding.property);
    for (const detail of detailsOf(finding)) {
      if (errors.length >= MAX_ERRORS) return;
      errors.push({ in: part, pointer, detail });
    }
    collect(finding.children ?? [], pointer, part, errors);
  }
}

/** The rules that were broken, in words without the client's own words in them. */
function detailsOf({ constraints = {}, property, value }: Finding): string[] {
  if ('whitelistValidation' in constraints) return ['is not a known member'];
  const broken = Object.entries(constraints);
  // Whatever else is to be said about a value that is missing or of another kind follows from that.
  if (broken.length > 0 && value === undefined) return ['is required'];
  const kind = broken.find(([rule]) => KINDS.has(rule));
  return (kind ? [kind] : broken).map(([, message]) =>
    message.startsWith(`${property} `) ? message.slice(property.length + 1) : message,
  );
}
