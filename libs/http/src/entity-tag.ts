import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { PreconditionFailedError, PreconditionRequiredError } from '#libs/kernel';

/** The strong entity tag of a revision (RFC 9110, section 8.8.3). */
export function entityTag(revision: number): string {
  return `"${revision}"`;
}

/** The strong entity tag of a text, from its SHA-256. */
export function textTag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
}

/**
 * Whether a list of entity tags, or `*`, contains this strong tag (RFC 9110, section 8.8.3.2). `If-None-Match`
 * compares weakly; in `If-Match` a weak tag never equals a strong one.
 */
export function namesTag(list: string, tag: string, comparison: 'strong' | 'weak'): boolean {
  if (list.trim() === '*') return true;
  return list
    .split(',')
    .map((one) => one.trim())
    .some((one) => (comparison === 'weak' ? one.replace(/^W\//, '') : one) === tag);
}

/** The condition of `If-Match`: one of these revisions, or any. */
export class RevisionPrecondition {
  constructor(private readonly revisions: readonly number[] | 'any') {}

  /** Throws `PreconditionFailedError` unless `revision` is acceptable. Call it with the row locked. */
  check(revision: number): void {
    if (this.revisions !== 'any' && !this.revisions.includes(revision)) {
      throw new PreconditionFailedError(`The current revision is ${entityTag(revision)}`, {
        headers: { etag: entityTag(revision) },
      });
    }
  }
}

/** Parses `If-Match` (RFC 9110, section 13.1.1). Weak and malformed tags never match, so they fail the precondition. */
export function parseIfMatch(header: string | undefined): RevisionPrecondition | null {
  if (header === undefined) return null;
  if (header.trim() === '*') return new RevisionPrecondition('any');
  const revisions = header
    .split(',')
    .map((tag) => /^"(\d{1,9})"$/.exec(tag.trim())?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number);
  return new RevisionPrecondition(revisions);
}

/**
 * The request's `If-Match` as a `RevisionPrecondition`. Without the header `@IfMatch('required')` answers 428 and
 * `@IfMatch('optional')` returns null.
 */
export const IfMatch = createParamDecorator((mode: 'required' | 'optional', context: ExecutionContext) => {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  const precondition = parseIfMatch(headers['if-match']);
  if (!precondition && mode === 'required') throw new PreconditionRequiredError();
  return precondition;
});
