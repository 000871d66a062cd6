import { REASON_CODES, reasonCodesFor, REASONED_ACTIONS, reasonFor } from './reason-codes.js';

describe('reason codes', () => {
  it('are stable: removing or renaming one breaks clients', () => {
    expect(REASON_CODES.map(({ code, kind }) => `${code} ${kind}`)).toEqual([
      'unreadable retry',
      'page_missing retry',
      'wrong_type retry',
      'expired retry',
      'name_mismatch retry',
      'duplicate final',
      'suspected_tampering final',
      'decided_in_error final',
      'new_evidence final',
      'other retry',
    ]);
  });

  it('do not request changes for a final reason', () => {
    const finals = REASON_CODES.filter(({ kind }) => kind === 'final').map(({ code }) => code);
    expect(reasonCodesFor('request_changes').filter((code) => finals.includes(code))).toEqual([]);
    expect(() =>
      reasonFor('request_changes', { reasonCode: 'duplicate', message: null, note: null }),
    ).toThrow(
      expect.objectContaining({
        status: 422,
        options: { errors: [expect.objectContaining({ pointer: '/reasonCode' })] },
      }),
    );
  });

  it('let a reviewer reject what a new version could correct', () => {
    expect(reasonFor('reject', { reasonCode: 'unreadable', message: null, note: 'third attempt' })).toEqual({
      code: 'unreadable',
      message: 'The document cannot be read.',
      note: 'third attempt',
    });
  });

  it.each(REASONED_ACTIONS)('require a message with the reason other on %s', (action) => {
    expect(() => reasonFor(action, { reasonCode: 'other', message: null, note: 'x' })).toThrow(
      expect.objectContaining({ options: { errors: [expect.objectContaining({ pointer: '/message' })] } }),
    );
    expect(reasonFor(action, { reasonCode: 'other', message: 'Because.', note: null }).message).toBe(
      'Because.',
    );
  });

  it('use the message of the reviewer instead of the message of the code', () => {
    expect(
      reasonFor('reject', { reasonCode: 'duplicate', message: 'Same as May.', note: null }).message,
    ).toBe('Same as May.');
  });

  it.each(['constructor', '__proto__', 'toString', ''])('refuse %j', (reasonCode) => {
    expect(() => reasonFor('reject', { reasonCode, message: 'm', note: null })).toThrow(
      'not valid for this action',
    );
  });
});
