import { HttpException, NotFoundException, PayloadTooLargeException } from '@nestjs/common';
import { fastify } from 'fastify';
import { ConflictError } from '#libs/kernel';
import { toAppError } from './to-app-error.js';

const { errorCodes } = fastify;

describe('toAppError', () => {
  it('returns an AppError unchanged', () => {
    const error = new ConflictError('No.');
    expect(toAppError(error)).toBe(error);
  });

  it.each<[unknown, number]>([
    [new NotFoundException('Cannot GET /secret'), 404],
    [new PayloadTooLargeException(), 413],
    [new HttpException('teapot', 418), 500],
    [new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('secret'), 415],
    [new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE(), 413],
    [new errorCodes.FST_ERR_BAD_URL('/secret'), 400],
    [Object.assign(new Error('secret'), { code: 'FST_ERR_MAX_PARAM_LENGTH', statusCode: 414 }), 414],
  ])('keeps the status of a framework error and drops its message', (thrown, status) => {
    const error = toAppError(thrown);
    expect(error.status).toBe(status);
    expect(error.message).not.toMatch(/secret|teapot/);
  });

  it.each([
    new Error('secret'),
    new TypeError('secret'),
    Object.assign(new Error('secret'), { status: 404, statusCode: 404 }),
    'secret',
    { status: 404 },
    null,
    undefined,
  ])('turns any other value into an internal error without details', (thrown) => {
    const error = toAppError(thrown);
    expect(error).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
    expect(error.message).toBe('An internal error occurred');
    expect(error.options.cause).toBe(thrown);
  });
});
