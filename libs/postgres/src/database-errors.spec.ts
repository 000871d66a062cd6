import { translateDatabaseError, violatedConstraint } from './database-errors.js';

const ofDriver = (code: string, more: object = {}) => ({ driverError: { code, ...more } });

describe('an error of the database', () => {
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
  ])('is called unavailable when a retry may help: %s', (code) => {
    const error = translateDatabaseError(ofDriver(code));
    expect(error).toMatchObject({ status: 503, code: 'UNAVAILABLE', options: { retryAfter: 1 } });
  });

  it.each([
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Query read timeout'),
  ])('is called unavailable when the connection failed: %s', (error) => {
    expect(translateDatabaseError(error)).toMatchObject({ status: 503 });
  });

  it.each(['22003', '22021', '22P02'])('is the client’s when a value cannot be stored: %s', (code) => {
    expect(translateDatabaseError(ofDriver(code))).toMatchObject({ status: 422 });
  });

  it.each([
    ofDriver('42P01'),
    ofDriver('23505'),
    ofDriver('42501'),
    new Error('boom'),
    null,
    'text',
    7,
    undefined,
  ])('is a defect otherwise', (error) => {
    expect(translateDatabaseError(error)).toBeNull();
  });

  it('never repeats what the database said', () => {
    const error = translateDatabaseError(ofDriver('22P02', { message: 'invalid input syntax: "secret"' }));
    expect(error?.message).not.toContain('secret');
  });

  it('names the constraint that it was', () => {
    expect(violatedConstraint(ofDriver('23505', { constraint: 'uq_users_email' }))).toBe('uq_users_email');
    expect(violatedConstraint(ofDriver('40001', { constraint: 'uq_users_email' }))).toBeNull();
    expect(violatedConstraint(new Error('boom'))).toBeNull();
  });
});
