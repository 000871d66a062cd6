import { explainRefusedLogin } from './refused-login.js';

const URL_WITH_PASSWORD = 'postgres://veritrail:p4ss-w0rd-s3cret@db.internal:5432/veritrail';

describe('the explanation of a refused login', () => {
  it('names host, user and the old volume, and not the password', () => {
    const text = explainRefusedLogin({ driverError: { code: '28P01' } }, URL_WITH_PASSWORD);
    expect(text).toMatch(/db\.internal:5432 refuses the password of "veritrail".*volume was made earlier/);
    expect(text).not.toContain('p4ss-w0rd-s3cret');
  });

  it('keeps out of every other failure', () => {
    expect(explainRefusedLogin({ code: 'ECONNREFUSED' }, URL_WITH_PASSWORD)).toBeNull();
    expect(explainRefusedLogin(new Error('down'), URL_WITH_PASSWORD)).toBeNull();
    expect(explainRefusedLogin(undefined, URL_WITH_PASSWORD)).toBeNull();
  });
});
