import { acceptFileName, completeFileName, extensionOf } from './file-name.js';
import { FileNameNotAcceptedError } from './upload.errors.js';

describe('the name of a file', () => {
  it.each([
    ['passport.pdf', 'passport.pdf'],
    ['../../etc/passwd.pdf', 'passwd.pdf'],
    ['C:\\Users\\me\\scan.png', 'scan.png'],
    ['  spaced out .pdf ', 'spaced out .pdf'],
    ['Ausweis für Zoë 身分証.pdf', 'Ausweis für Zoë 身分証.pdf'],
    ['e\u0301te\u0301.pdf', '\u00e9t\u00e9.pdf'],
    ['"quoted"; name=x.pdf', '"quoted"; name=x.pdf'],
    ['a%0Ab.pdf', 'a%0Ab.pdf'],
    ['<script>.pdf', '<script>.pdf'],
    ['x'.repeat(251) + '.pdf', 'x'.repeat(251) + '.pdf'],
  ])('%j is kept as %j', (sent, kept) => {
    expect(acceptFileName(sent)).toBe(kept);
  });

  it.each([
    undefined,
    '',
    ' ',
    '..',
    'a/..',
    'folder/',
    'x'.repeat(252) + '.pdf',
    'a\nb.pdf',
    'a\r\nX-Injected: 1.pdf',
    'a\0.pdf',
    'a\u0007.pdf',
    'a\u0085.pdf',
    'a\u2028.pdf',
    'exe.\u202efdp.pdf',
    '\u2066x.pdf',
    'a\ud800.pdf',
    'not utf-8 \ufffd.pdf',
  ])('%j is refused', (sent) => {
    expect(() => acceptFileName(sent)).toThrow(FileNameNotAcceptedError);
  });

  it.each([
    ['a.pdf', 'pdf'],
    ['A.PDF', 'pdf'],
    ['a.tar.gz', 'gz'],
    ['a', ''],
    ['.pdf', ''],
    ['a.', ''],
    ['a.pdf.', 'pdf'],
    ['Scan 01.12.2026', ''],
    ['Dr. Smith', ''],
  ])('%j ends in %j', (name, extension) => {
    expect(extensionOf(name)).toBe(extension);
  });

  it.each([
    ['scan', 'scan.pdf'],
    ['scan.', 'scan.pdf'],
    ['Scan 01.12.2026', 'Scan 01.12.2026.pdf'],
    ['scan.PDF', 'scan.PDF'],
  ])('%j is completed to %j', (name, complete) => {
    expect(completeFileName(name, 'pdf')).toBe(complete);
  });

  it('that is too long to be completed is refused', () => {
    expect(() => completeFileName('x'.repeat(252), 'pdf')).toThrow(FileNameNotAcceptedError);
  });
});
