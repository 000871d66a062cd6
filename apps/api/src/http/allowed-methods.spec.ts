import { AllowedMethods } from './allowed-methods.js';

describe('AllowedMethods.at', () => {
  const methods = new AllowedMethods();
  methods.add('GET', '/v1/users');
  methods.add('POST', '/v1/users');
  methods.add('GET', '/v1/users/:id');
  methods.add('PATCH', '/v1/users/:id');
  methods.add('PUT', '/v1/users/:id/roles');
  methods.add('GET', '/docs/*');

  it.each([
    ['/v1/users', ['GET', 'POST']],
    ['/v1/users/7', ['GET', 'PATCH']],
    ['/v1/users/7/roles', ['PUT']],
    ['/v1/users/', []],
    ['/v1/users/7/', []],
    ['/v1/users//roles', []],
    ['/v1', []],
    ['/', []],
    ['', []],
    ['/docs/', ['GET']],
    ['/docs/a/b.js', ['GET']],
    ['/docs', []],
  ])('returns the methods of all routes that match %s', (path, expected) => {
    expect(methods.at(path)).toEqual(expected);
  });
});
