import { emptyZip, jpegBytes, pngBytes, pngChunk } from '../../../../test/support/images.js';
import { MemoryBlob } from '../../../../test/support/memory-blob.js';
import { pdfBytes } from '../../../../test/support/pdf.js';
import { ACCEPTED_TYPES } from './accepted-types.js';
import { inspectStructure, recogniseType } from './file-inspection.js';
import { FileMalformedError, FileTypeMismatchError, FileTypeNotAcceptedError } from './upload.errors.js';

const PDF = pdfBytes(10_000);
const PNG = pngBytes();
const JPEG = jpegBytes();
const PIXELS = 2 ** 28;

describe('the type of a file', () => {
  it.each([
    [PDF, 'a.pdf', 'application/pdf', 'application/pdf'],
    [PDF, 'A.PDF', 'Application/PDF; name=x', 'application/pdf'],
    [PDF, 'a.pdf', 'application/octet-stream', 'application/pdf'],
    [PDF, 'a.pdf', 'text/plain', 'application/pdf'],
    [PDF, 'a.pdf', '', 'application/pdf'],
    [PDF, 'a.pdf', 'none', 'application/pdf'],
    [PDF, 'a.pdf', 'binary/octet-stream', 'application/pdf'],
    [PDF, 'a.pdf', 'application/x-download', 'application/pdf'],
    [PDF, 'pdf', 'application/pdf', 'application/pdf'],
    [PDF, 'Scan 01.12.2026', 'application/pdf', 'application/pdf'],
    [PDF, 'a.pdf.', 'application/pdf', 'application/pdf'],
    [Buffer.concat([Buffer.from('\ufeff'), PDF]), 'a.pdf', 'application/pdf', 'application/pdf'],
    [Buffer.concat([Buffer.from('\r\n'), PDF]), 'a.pdf', 'application/pdf', 'application/pdf'],
    [JPEG, 'a.jpg', 'image/*', 'image/jpeg'],
    [JPEG, 'a.jpg', 'image/mpo', 'image/jpeg'],
    [PNG, 'a.png', 'image/png', 'image/png'],
    [JPEG, 'a.jpg', 'image/jpeg', 'image/jpeg'],
    [JPEG, 'a.jpeg', 'image/jpg', 'image/jpeg'],
    [JPEG, 'a.JFIF', 'image/pjpeg', 'image/jpeg'],
  ])('is recognised if signature, name and declaration match', (bytes, name, declared, expected) => {
    expect(recogniseType(bytes.subarray(0, 8192), name, declared).mediaType).toBe(expected);
  });

  it.each([
    [PDF, 'a.png', 'application/pdf'],
    [PDF, 'a.pdf.exe', 'application/pdf'],
    [PDF, 'a.pdf.exe.', 'application/pdf'],
    [PDF, 'a.pdf', 'image/png'],
    [PDF, 'a.pdf', 'image/mpo'],
    [PDF, 'a.pdf', 'text/html'],
    [PNG, 'a.jpg', 'image/jpeg'],
    [JPEG, 'a.jpg', 'image/png'],
  ])('is refused if its name or declaration does not match', (bytes, name, declared) => {
    expect(() => recogniseType(bytes, name, declared)).toThrow(FileTypeMismatchError);
  });

  it.each([
    ['plain text', Buffer.from('hello'), 'a.pdf'],
    ['a web page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'a.pdf'],
    ['a vector graphic', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>'), 'a.svg'],
    ['an archive', emptyZip(), 'a.zip'],
    ['a program', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]), 'a.pdf'],
    ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1'), 'a.png'],
    ['a PDF with something before it', Buffer.concat([Buffer.from('x'), PDF]), 'a.pdf'],
    ['one byte', Buffer.from('%'), 'a.pdf'],
  ])('is not accepted for %s', (_, bytes, name) => {
    expect(() => recogniseType(bytes, name, 'application/pdf')).toThrow(FileTypeNotAcceptedError);
  });
});

describe('the structure of a file', () => {
  const typeOf = (mediaType: string) => {
    const type = ACCEPTED_TYPES.find((one) => one.mediaType === mediaType);
    if (!type) throw new Error(mediaType);
    return type;
  };

  it.each([
    ['application/pdf', PDF],
    ['image/png', PNG],
    ['image/jpeg', JPEG],
  ])('of a whole %s is accepted', async (mediaType, bytes) => {
    await expect(inspectStructure(new MemoryBlob(bytes), typeOf(mediaType), PIXELS)).resolves.toBe(0);
  });

  it('of an animation is not accepted', async () => {
    const animation = Buffer.concat([
      PNG.subarray(0, 33),
      pngChunk('acTL', Buffer.alloc(8)),
      PNG.subarray(33),
    ]);
    await expect(inspectStructure(new MemoryBlob(animation), typeOf('image/png'), PIXELS)).rejects.toThrow(
      FileTypeNotAcceptedError,
    );
  });

  const ends = (bytes: Buffer) => ({ head: bytes.subarray(0, 8192), tail: bytes.subarray(-66 * 1024) });

  it('is checked without a read if its ends contain it, and otherwise with about one', async () => {
    for (const [size, allowed] of [
      [60_000, 0],
      [3_000_000, 3_200_000],
    ] as const) {
      const blob = new MemoryBlob(pdfBytes(size));
      const known = ends(await blob.bytes(0, blob.size));
      blob.bytesRead = 0;
      await expect(inspectStructure(blob, typeOf('application/pdf'), PIXELS, known)).resolves.toBe(0);
      expect(blob.bytesRead).toBeLessThanOrEqual(allowed);
    }
  });

  it.each([
    ['an archive as well', 'application/pdf', Buffer.concat([PDF, emptyZip()])],
    [
      'an archive whose comment ends like a PDF',
      'application/pdf',
      Buffer.concat([PDF, emptyZip('\n%%EOF\n')]),
    ],
    ['damaged', 'application/pdf', PDF.subarray(0, 5000)],
    [
      'a PDF hidden in the comment of a picture',
      'image/png',
      Buffer.concat([PNG.subarray(0, 33), pngChunk('tEXt', Buffer.from('x\0%PDF-1.7')), PNG.subarray(33)]),
    ],
  ])('that is %s is refused', async (_, mediaType, bytes) => {
    for (const known of [undefined, ends(bytes)]) {
      await expect(inspectStructure(new MemoryBlob(bytes), typeOf(mediaType), PIXELS, known)).rejects.toThrow(
        FileMalformedError,
      );
    }
  });
});
