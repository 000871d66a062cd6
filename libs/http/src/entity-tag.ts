import { createHash, hash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { PreconditionFailedError, PreconditionRequiredError } from '#libs/kernel';

/** 132 bits: enough to tell the representations of one revision apart. */
const HASH_LENGTH = 22;

/**
 * The strong entity tag of a representation: `"<revision>-<hash>"` (RFC 9110, section 8.8.3). `If-None-Match` compares all
 * of it, `If-Match` only the revision. Leave out of `representation` what changes with the time.
 */
export function entityTag(revision: number, representation: object): string {
  const digest = hash('sha256', JSON.stringify(representation), 'base64url');
  return `"${revision}-${digest.slice(0, HASH_LENGTH)}"`;
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

/** The current state that a precondition is compared with; `etag` is the entity tag that the client would get. */
export interface Tagged {
  readonly revision: number;
  readonly etag: string;
}

/** The condition of `If-Match`: one of these revisions, or any. `unusable` explains a header without a usable tag. */
export class RevisionPrecondition {
  constructor(
    private readonly revisions: readonly number[] | 'any',
    private readonly unusable: string | null = null,
  ) {}

  /** Whether it names a revision that the client has seen; `*` does not. */
  get namesRevision(): boolean {
    return this.revisions !== 'any';
  }

  /** Throws `PreconditionFailedError` unless `revision` is acceptable. Call it with the row locked. */
  check(revision: number, current: () => Tagged): void {
    if (this.revisions === 'any' || this.revisions.includes(revision)) return;
    throw new PreconditionFailedError(this.unusable ?? `The current revision is ${revision}`, {
      headers: { etag: current().etag },
    });
  }
}

const WEAK_TAG =
  'If-Match has only weak entity tags, which never match (RFC 9110, section 13.1.1). A proxy that changes responses, for example by compressing them, makes their ETag weak: send the member etag of the body, or the tag without W/';
const NO_TAG = 'If-Match has no entity tag of the form "<revision>-<hash>"';

/** Parses `If-Match` (RFC 9110, section 13.1.1). Weak and malformed tags never match, so they fail the precondition. */
export function parseIfMatch(header: string | undefined): RevisionPrecondition | null {
  if (header === undefined) return null;
  if (header.trim() === '*') return new RevisionPrecondition('any');
  const tags = header.split(',').map((tag) => tag.trim());
  const revisions = tags
    .map((tag) => /^"([1-9]\d{0,9})(?:-[\w-]{1,64})?"$/.exec(tag)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number);
  if (revisions.length > 0) return new RevisionPrecondition(revisions);
  return new RevisionPrecondition([], tags.some((tag) => tag.startsWith('W/')) ? WEAK_TAG : NO_TAG);
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
