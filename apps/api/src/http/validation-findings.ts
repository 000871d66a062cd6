import { type ValidationError as Finding } from 'class-validator';
import { type FieldError } from '#libs/kernel';

const MAX_ERRORS = 50;
const MAX_NAME_LENGTH = 100;

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
    for (const [rule, message] of Object.entries(finding.constraints ?? {})) {
      if (errors.length >= MAX_ERRORS) return;
      errors.push({ in: part, pointer, detail: detailOf(rule, message, finding.property) });
    }
    collect(finding.children ?? [], pointer, part, errors);
  }
}

/** A name that is too long or is no text stays out of the answer: the pointer then names what holds it. */
function pointerTo(parent: string, name: string): string {
  if (name.length > MAX_NAME_LENGTH || !name.isWellFormed()) return parent;
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The rule in words without the client's own words in it. */
function detailOf(rule: string, message: string, property: string): string {
  if (rule === 'whitelistValidation') return 'is not a known member';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
