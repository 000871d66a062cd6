import { BadRequestError } from '#libs/kernel';
import { parseDisposition } from './content-disposition.js';
import { FileNameNotAcceptedError } from './upload.errors.js';

describe('the disposition of a form part', () => {
  const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

  it.each([
    ['form-data; name="file"; filename="a.pdf"', 'a.pdf'],
    ['FORM-DATA;name=file;filename=a.pdf;', 'a.pdf'],
    ['form-data; name="file"; filename="Käse; \\"x\\".pdf"', 'Käse; "x".pdf'],
    ['form-data; name="file"; filename="C:\\dir\\a.pdf"', 'C:\\dir\\a.pdf'],
    ['form-data; name="file"; filename="a%22b.pdf"', 'a%22b.pdf'],
    [
      `form-data; name="file"; filename="=?utf-8?B?S8Okc2UucGRm?="; filename*=utf-8''K%C3%A4se.pdf`,
      'Käse.pdf',
    ],
    [`form-data; name="file"; filename*=UTF-8'de'K%C3%A4se.pdf; filename="x.pdf"`, 'Käse.pdf'],
    [`form-data; name="file"; filename*=iso-8859-1''K%E4se.pdf`, 'Käse.pdf'],
    ['form-data; name="file"', undefined],
  ])('%s names the file %j', (header, fileName) => {
    expect(parseDisposition(latin1(header))).toEqual({ type: 'form-data', name: 'file', fileName });
  });

  it.each([
    'form-data; name="file"; filename="a',
    'form-data; name="file"; filename="a.pdf" x',
    'form-data; name="file"; filename="a.pdf"; filename="b.pdf"',
    'form-data; name="file"; =x',
    'form-data; name',
  ])('%s is malformed', (header) => {
    expect(() => parseDisposition(header)).toThrow(BadRequestError);
  });

  it.each([
    'form-data; name="file"; filename*0="a"; filename*1="b.pdf"',
    `form-data; name="file"; filename*0*=utf-8''a; filename*1*=b.pdf`,
    `form-data; name="file"; filename*=utf-7''a.pdf`,
    'form-data; name="file"; filename*=a.pdf',
    `form-data; name="file"; filename*=utf-8''a%4.pdf`,
  ])('%s has no acceptable file name', (header) => {
    expect(() => parseDisposition(header)).toThrow(FileNameNotAcceptedError);
  });
});
