import { PreconditionFailedError } from '#libs/kernel';
import { entityTag, namesTag, parseIfMatch } from './entity-tag.js';

const accepts = (header: string, revision: number): boolean => {
  try {
    parseIfMatch(header)?.check(revision);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(PreconditionFailedError);
    return false;
  }
};

describe('a list of entity tags', () => {
  it.each(['"a"', '"x", "a"', '"x","a"', '*', ' * '])('contains the tag: %j', (list) => {
    expect(namesTag(list, '"a"', 'strong')).toBe(true);
    expect(namesTag(list, '"a"', 'weak')).toBe(true);
  });

  it('contains a weak tag in the weak comparison only', () => {
    expect(namesTag('W/"a"', '"a"', 'weak')).toBe(true);
    expect(namesTag('W/"a"', '"a"', 'strong')).toBe(false);
  });

  it.each(['"b"', 'a', '"*"', '', '"a";"a"'])('does not contain it: %j', (list) => {
    expect(namesTag(list, '"a"', 'strong')).toBe(false);
    expect(namesTag(list, '"a"', 'weak')).toBe(false);
  });
});

describe('If-Match', () => {
  it('accepts the revision that it names, alone or in a list', () => {
    expect(accepts(entityTag(3), 3)).toBe(true);
    expect(accepts('"1", "3" ,"5"', 3)).toBe(true);
    expect(accepts('*', 3)).toBe(true);
    expect(accepts(' * ', 3)).toBe(true);
  });

  it.each(['"2"', 'W/"3"', '3', '"3', '""', '"03x"', '"3";"3"', '"99999999999999999999"', '', '"*"'])(
    'is not met by %j',
    (header) => {
      expect(accepts(header, 3)).toBe(false);
    },
  );

  it('is null when it was not sent', () => {
    expect(parseIfMatch(undefined)).toBeNull();
  });

  it('reports the current revision when it fails', () => {
    expect.assertions(1);
    try {
      parseIfMatch('"1"')?.check(7);
    } catch (error) {
      expect((error as PreconditionFailedError).options.headers).toEqual({ etag: '"7"' });
    }
  });
});
