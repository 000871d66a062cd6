import { DatabaseError } from 'pg';
import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { ConnectionLostError, statementFailure } from './connection-lost.error.js';
import { translateDatabaseError, violatedConstraint } from './database-errors.js';

const refusal = (code: string, more: object = {}): DatabaseError =>
  Object.assign(new DatabaseError('refused', 0, 'error'), { code }, more);
const throughTypeOrm = (error: Error): QueryFailedError => new QueryFailedError('SELECT', [], error);

describe.each([
  ['as the driver throws it', (error: Error) => statementFailure(error)],
  ['as TypeORM throws it', throughTypeOrm],
])('an error of the database, %s,', (_, thrown) => {
  it.each([
    '08006',
    '53300',
    '53100',
    '57P01',
    '57P03',
    '57014',
    '55P03',
    '40001',
    '40P01',
    '25P03',
    '25006',
    '28P01',
  ])('becomes UnavailableError when a retry may help: %s', (code) => {
    const error = translateDatabaseError(thrown(refusal(code)));
    expect(error).toMatchObject({ status: 503, code: 'UNAVAILABLE', options: { retryAfter: 1 } });
  });

  it.each([
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    new Error('whatever the driver says when a connection is lost'),
  ])('becomes UnavailableError when the connection failed: %s', (error) => {
    expect(translateDatabaseError(thrown(error))).toMatchObject({ status: 503 });
  });

  it.each(['22003', '22021', '22P02'])(
    'becomes ValidationError when a value cannot be stored: %s',
    (code) => {
      expect(translateDatabaseError(thrown(refusal(code)))).toMatchObject({ status: 422 });
    },
  );

  it.each([refusal('42P01'), refusal('23505'), refusal('42501'), new TypeError('a value has no JSON')])(
    'is a defect otherwise: %s',
    (error) => {
      expect(translateDatabaseError(thrown(error))).toBeNull();
    },
  );

  it('never repeats the message of the database', () => {
    const error = translateDatabaseError(
      thrown(refusal('22P02', { message: 'invalid input syntax: "secret"' })),
    );
    expect(error?.message).not.toContain('secret');
  });

  it('returns the name of the violated constraint', () => {
    const taken = { constraint: 'uq_users_email' };
    expect(violatedConstraint(thrown(refusal('23505', taken)))).toBe('uq_users_email');
    expect(violatedConstraint(thrown(refusal('40001', taken)))).toBeNull();
    expect(violatedConstraint(new Error('boom'))).toBeNull();
  });
});

describe('an error', () => {
  it.each([
    new QueryRunnerAlreadyReleasedError(),
    new QueryRunnerProviderAlreadyReleasedError(),
    new ConnectionLostError(null),
  ])('of a lost connection becomes UnavailableError: %s', (error) => {
    expect(translateDatabaseError(error)).toMatchObject({ status: 503 });
  });

  it.each([new Error('boom'), null, 'text', 7, undefined])(
    'that does not come from the database is not translated: %s',
    (error) => {
      expect(translateDatabaseError(error)).toBeNull();
    },
  );
});
