import { composeProduct } from '#libs/declarations';
import { IdempotencyInProgressError, type OperationMetadata, type RequestScope } from '#libs/http';
import {
  Actor,
  type AppError,
  ConflictError,
  emptyDraft,
  ForbiddenError,
  InternalError,
  newId,
  NotFoundError,
  PreconditionFailedError,
  TooManyRequestsError,
  UnauthorizedError,
  ValidationError,
} from '#libs/kernel';
import { markOperationStarted } from '../recording/audit.interceptor.js';
import { refusalOf } from './refusal.js';

const ID = newId();

beforeAll(() =>
  composeProduct([
    {
      name: 'documents',
      permissions: {
        'review:decide': { target: 'document' },
        'document:read': { target: 'document' },
        'user:suspend': { target: 'user' },
        'session:revoke': { target: 'user' },
        'audit:read': { target: 'audit_log' },
        'account:self': { target: null },
      },
    },
  ]),
);

function scopeOf(operation: Partial<OperationMetadata> | null): RequestScope {
  return {
    requestId: 'r',
    ip: '::1',
    userAgent: null,
    actor: Actor.anonymous(),
    operation: operation && {
      id: 'verifyDocument',
      summary: 's',
      access: 'review:decide',
      success: { status: 200, description: 'd' },
      ...operation,
    },
    draft: emptyDraft(),
    bodyDigest: null,
  };
}

describe('refusalOf', () => {
  it.each<[AppError, string | null]>([
    [new UnauthorizedError(), 'access.denied denied'],
    [new ForbiddenError(), 'access.denied denied'],
    [new ConflictError(), null],
    [new TooManyRequestsError(), null],
    [new NotFoundError(), null],
    [new ValidationError(), null],
    [new InternalError(), null],
  ])('classifies an error before the operation started: $code', (error, expected) => {
    const refusal = refusalOf(scopeOf({ audited: 'document.verified' }), error, { id: ID });
    expect(refusal && `${refusal.action} ${refusal.outcome}`).toBe(expected);
  });

  it.each<[AppError, string | null]>([
    [new UnauthorizedError(), 'document.verified denied'],
    [new ForbiddenError(), 'document.verified denied'],
    [new ConflictError(), 'document.verified failed'],
    [new PreconditionFailedError(), 'document.verified failed'],
    [new TooManyRequestsError(), 'document.verified failed'],
    [new IdempotencyInProgressError(), null],
    [new NotFoundError(), null],
    [new ValidationError(), null],
    [new InternalError(), null],
  ])('classifies an error of an audited operation: $code', (error, expected) => {
    const scope = scopeOf({ audited: 'document.verified' });
    markOperationStarted(scope);
    const refusal = refusalOf(scope, error, {});
    expect(refusal && `${refusal.action} ${refusal.outcome}`).toBe(expected);
  });

  it.each([
    ['review:decide', { type: 'document', id: ID }],
    ['document:read', { type: 'document', id: ID }],
    ['user:suspend', { type: 'user', id: ID }],
    ['session:revoke', { type: 'user', id: ID }],
    ['audit:read', { type: 'audit_log', id: ID }],
    ['account:self', null],
    ['public', null],
  ] as const)('takes the target from the path for the permission %s', (access, target) => {
    expect(refusalOf(scopeOf({ access }), new ForbiddenError(), { id: ID })?.draft.target).toEqual(target);
  });

  it('ignores a path parameter that is not a UUID', () => {
    const refusal = refusalOf(scopeOf({}), new ForbiddenError(), { id: `${ID}' OR 1=1` });
    expect(refusal?.draft).toMatchObject({ target: null, reasonCode: 'FORBIDDEN' });
  });

  it('prefers the target that the handler set', () => {
    const scope = scopeOf({ audited: 'document.verified' });
    markOperationStarted(scope);
    scope.draft.target = { type: 'document', id: ID, version: 3 };
    expect(refusalOf(scope, new ConflictError(), {})?.draft.target).toEqual({
      type: 'document',
      id: ID,
      version: 3,
    });
  });

  it('uses the actor that the handler set, except for a 401', () => {
    const scope = scopeOf({ audited: 'session.refreshed' });
    markOperationStarted(scope);
    scope.draft.actor = Actor.user(ID, ['user'], ID);
    expect(refusalOf(scope, new ForbiddenError(), {})?.draft.actor).toBe(scope.draft.actor);
    expect(refusalOf(scope, new UnauthorizedError(), {})).toMatchObject({
      actor: Actor.anonymous(),
      draft: { actor: null },
    });
  });

  it('ignores errors that are not an AppError', () => {
    expect(refusalOf(scopeOf({}), Object.assign(new Error('x'), { status: 403 }), {})).toBeNull();
  });
});
