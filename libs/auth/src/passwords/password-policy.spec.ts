import { commonPasswords } from './common-passwords.js';
import { COMMON_WORDS } from './common-words.js';
import { passwordProblem } from './password-policy.js';

const OWNER = { email: 'erika.mustermann@acme-gmbh.example', displayName: 'Erika Mustermann' };
const problem = (password: string) => passwordProblem(password, OWNER);

describe('passwordProblem', () => {
  it.each([
    'seven slow herons wade at dusk',
    'correct horse battery staple 9',
    'Tr0ub4dor&3 was a bad example',
    'ein Dachs frißt Käse im Regen',
    '十五文字以上の長い合言葉を使うこと',
    '🦊🐢🦉🐝🦔🐙🦋🐌🦀🐬🦓🦒🦘🦥🦨',
    'kX9#vL2$mQ8!wZ5^',
    '                 spaces count too',
    'my jehovah sonyericsson herons',
    'x'.repeat(3) + 'quzbleforn wiggtam',
  ])('accepts %s', async (password) => {
    expect(await problem(password)).toBeNull();
  });

  it('counts code points, not UTF-16 units', async () => {
    expect(await problem('🦊🐢🦉🐝🦔🐙🦋🐌🦀🐬🦓🦒🦘🦥')).toMatch(/at least 15/);
  });

  it.each(['', 'short', 'fourteen chars'])('refuses %j as too short', async (password) => {
    expect(await problem(password)).toMatch(/at least 15/);
  });

  it('accepts 128 characters and refuses 129', async () => {
    const long = 'abxqzv jkwp mnrt '.repeat(8).slice(0, 128);
    expect(await problem(long)).toBeNull();
    expect(await problem(`${long}x`)).toMatch(/at most 128/);
  });

  it('refuses text that UTF-8 cannot carry', async () => {
    expect(await problem('seven slow herons \ud800 wade')).toMatch(/well-formed text/);
  });

  it.each([
    'passwordpassword',
    'password123456789',
    'P@ssw0rdP@ssw0rd!',
    'qwertyuiopasdfghjkl',
    '123456789012345678',
    'aaaaaaaaaaaaaaaaaaaa',
    'abcabcabcabcabcabc',
    'abcdefghijklmnopqrstuvwxyz',
    'ErikaMustermann2026',
    'mustermann.erika!!!',
    'acme-gmbh-password-1',
    'Veritrail-Veritrail-1',
    'letmeinletmeinletmein',
    'iloveyou iloveyou 12345',
    'zyxwvutsrqponmlkjihgfedcba',
    'sonyericsson-8462',
    'Chickenwing101!!!',
    '(newproject2004)',
    'polniypizdec0211',
    '1qaz2wsx3edc4rfv',
    'jehovahjehovah7',
  ])('refuses %s as easy to guess', async (password) => {
    expect(await problem(password)).toMatch(/common words/);
  });

  it('never repeats the password in its message', async () => {
    expect(await problem('passwordpassword')).not.toContain('passwordpassword');
  });

  it('checks the worst input in bounded time', async () => {
    await problem('loads the list of common passwords');
    // Processor time of this process, so that other load does not matter.
    const before = process.cpuUsage();
    for (const unit of ['a', 'ab', '1a!', 'qwe', '(a+', 'pass', '\u00e9\u0301'])
      await problem(unit.repeat(128).slice(0, 128));
    expect(process.cpuUsage(before).user).toBeLessThan(500_000);
  });

  it('knows at least 49,000 common passwords in lower case', async () => {
    const common = await commonPasswords();
    expect(common.size).toBeGreaterThanOrEqual(49_000);
    expect([...common].filter((password) => password !== password.toLowerCase())).toEqual([]);
  });

  it('has a list of plain, distinct words', () => {
    expect(COMMON_WORDS.filter((word) => word !== word.toLowerCase() || word.length < 3)).toEqual([]);
    expect(new Set(COMMON_WORDS).size).toBe(COMMON_WORDS.length);
  });
});
