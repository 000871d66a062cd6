import { PreconditionFailedError } from '#libs/kernel';
import { entityTag, namesTag, parseIfMatch } from './entity-tag.js';

const accepts = (header: string, revision: number): boolean => {
  try {
    parseIfMatch(header)?.check(revision, () => ({ revision, etag: '"3-now"' }));
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(PreconditionFailedError);
    return false;
  }
};

/** The refusal of a header while the revision is 7. */
function refusal(header: string): PreconditionFailedError {
  try {
    parseIfMatch(header)?.check(7, () => ({ revision: 7, etag: '"7-now"' }));
  } catch (error) {
    return error as PreconditionFailedError;
  }
  throw new Error('Nothing was refused');
}

describe('the entity tag of a representation', () => {
  it('differs for different representations of one revision', () => {
    const tag = entityTag(3, { note: 'n' });
    expect(tag).toMatch(/^"3-[\w-]{22}"$/);
    expect(tag).toBe(entityTag(3, { note: 'n' }));
    expect(tag).not.toBe(entityTag(3, {}));
    expect(tag).not.toBe(entityTag(4, { note: 'n' }));
  });
});

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
    expect(accepts(entityTag(3, { title: 'a' }), 3)).toBe(true);
    expect(accepts('"3-another-representation"', 3)).toBe(true);
    expect(accepts('"1", "3" ,"5"', 3)).toBe(true);
    expect(accepts('*', 3)).toBe(true);
    expect(accepts(' * ', 3)).toBe(true);
  });

  it.each([
    '"2"',
    'W/"3"',
    '3',
    '"3',
    '""',
    '"03x"',
    '"3";"3"',
    '"99999999999999999999"',
    '',
    '"*"',
    '"03"',
    '"03-a"',
    '"3-"',
    '"3-a b"',
    'W/"3-a"',
  ])('is not met by %j', (header) => {
    expect(accepts(header, 3)).toBe(false);
  });

  it('is null when it was not sent', () => {
    expect(parseIfMatch(undefined)).toBeNull();
  });

  it('reports the current revision when it fails', () => {
    const error = refusal('"1-a"');
    expect(error.options.headers).toEqual({ etag: '"7-now"' });
    expect(error.message).toBe('The current revision is 7');
  });

  it('explains that a weak tag never matches, and what to send instead', () => {
    expect(refusal('W/"7-now"').message).toMatch(/weak.*A proxy.*send the member etag/);
    expect(refusal('7').message).toMatch(/no entity tag of the form/);
    expect(refusal('W/"7-now", "6-a"').message).toBe('The current revision is 7');
  });

  it('names a revision, unless it is *', () => {
    expect(parseIfMatch('"7"')?.namesRevision).toBe(true);
    expect(parseIfMatch('*')?.namesRevision).toBe(false);
  });
});
