import { type ValidationError as Finding } from 'class-validator';
import { type FieldError } from '#libs/kernel';
import { pointerTo } from './pointers.js';

/** As many as somebody may want to read. */
export const MAX_ERRORS = 50;

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

/** The rule in words without the client's own words in it. */
function detailOf(rule: string, message: string, property: string): string {
  if (rule === 'whitelistValidation') return 'is not a known member';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
