import { randomBytes } from 'node:crypto';
import { emptyZip, jpegBytes, pngBytes, pngChunk } from '../../../../../test/support/images.js';
import { MemoryBlob } from '../../../../../test/support/memory-blob.js';
import { pdfBytes } from '../../../../../test/support/pdf.js';
import { BlobWindow } from './blob-window.js';
import { jpegFault, pngFault } from './images.js';
import { pdfFault } from './pdf.js';
import { hasZipTrailer } from './zip-trailer.js';

const of = (...parts: Array<Buffer | string>): BlobWindow =>
  new BlobWindow(
    new MemoryBlob(
      Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))),
    ),
  );

describe('the structure of a PDF', () => {
  const pdf = pdfBytes(300_000);

  it('is accepted, also with line ends after its end', async () => {
    expect(await pdfFault(of(pdf))).toBeNull();
    expect(await pdfFault(of(pdf, '\r\n\r\n'))).toBeNull();
  });

  it.each([
    ['something before it', Buffer.concat([Buffer.from('\n'), pdf])],
    ['no version', Buffer.from('%PDF-x.y\n%%EOF')],
    ['only its header', Buffer.from('%PDF-1.7')],
    ['its second half missing', pdf.subarray(0, 150_000)],
    ['4 KiB of trailing data', Buffer.concat([pdf, Buffer.alloc(4096)])],
  ])('is refused with %s', async (_, bytes) => {
    expect(await pdfFault(of(bytes))).toMatch(/^must start|^must end/);
  });
});

describe('the structure of a PNG', () => {
  it('is accepted whole, with few or with many chunks', async () => {
    expect(await pngFault(of(pngBytes()))).toBeNull();
    expect(await pngFault(of(pngBytes(1200, 900)))).toBeNull();
    const [head, tail] = [pngBytes().subarray(0, 33), pngBytes().subarray(33)];
    const comments = Array.from({ length: 20_000 }, (_, index) => pngChunk('tEXt', Buffer.alloc(index % 50)));
    expect(await pngFault(of(head, ...comments, tail))).toBeNull();
  });

  it('is read about once, and only in part if chunks are large', async () => {
    const [head, tail] = [pngBytes().subarray(0, 33), pngBytes().subarray(33)];
    const small = new MemoryBlob(
      Buffer.concat([head, ...Array.from({ length: 5000 }, () => pngChunk('tEXt', Buffer.alloc(100))), tail]),
    );
    expect(await pngFault(new BlobWindow(small))).toBeNull();
    expect(small.bytesRead).toBeLessThan(small.size * 1.1 + 65_536);
    const large = new MemoryBlob(Buffer.concat([head, pngChunk('tEXt', Buffer.alloc(20_000_000)), tail]));
    expect(await pngFault(new BlobWindow(large))).toBeNull();
    expect(large.bytesRead).toBeLessThan(200_000);
  });

  it.each([
    ['one byte behind its end', Buffer.concat([pngBytes(), Buffer.from('x')])],
    ['an archive behind its end', Buffer.concat([pngBytes(), emptyZip()])],
    ['another end behind its end', Buffer.concat([pngBytes(), randomBytes(50), pngChunk('IEND')])],
    ['its last byte missing', pngBytes().subarray(0, -1)],
    ['its end missing', pngBytes().subarray(0, -12)],
    ['only its signature', pngBytes().subarray(0, 8)],
    ['no header chunk', Buffer.concat([pngBytes().subarray(0, 8), pngChunk('IEND')])],
    ['an impossible chunk length', Buffer.concat([pngBytes().subarray(0, 33), Buffer.alloc(20, 0xff)])],
    ['more pixels than the limit', pngBytes(8, 8, { width: 10_000, height: 10_000 })],
    ['no pixels', pngBytes(8, 8, { width: 0, height: 8 })],
  ])('is refused with %s', async (_, bytes) => {
    expect(await pngFault(of(bytes))).toEqual(expect.any(String));
  });
});

describe('the structure of a JPEG', () => {
  const jpeg = jpegBytes();
  const announcing = (bytes: Buffer): Buffer =>
    Buffer.concat([
      bytes.subarray(0, 2),
      Buffer.from('\xff\xe2\x00\x08MPF\0xx', 'latin1'),
      bytes.subarray(2),
    ]);
  const withScan = (scan: Buffer): Buffer =>
    Buffer.concat([jpeg.subarray(0, -2), scan, Buffer.from([0xff, 0xd9])]);

  it('is accepted whole', async () => {
    expect(await jpegFault(of(jpeg))).toBeNull();
  });

  it('is accepted with a thumbnail inside, whose end is not its end', async () => {
    const thumbnail = Buffer.concat([
      Buffer.from([0xff, 0xe1]),
      Buffer.from([(jpeg.length + 2) >> 8, (jpeg.length + 2) & 255]),
      jpeg,
    ]);
    expect(await jpegFault(of(jpeg.subarray(0, 2), thumbnail, jpeg.subarray(2)))).toBeNull();
  });

  it('is accepted with a scan that crosses windows, with stuffing and restarts anywhere', async () => {
    for (const shift of [0, 1, 2, 3]) {
      const scan = Buffer.alloc(200_000 + shift, 0xff);
      for (let index = shift % 2; index < scan.length; index += 2)
        scan[index] = index % 3 === 0 ? 0x00 : 0xd3;
      scan[scan.length - 1] = 0x11;
      expect(await jpegFault(of(withScan(scan)))).toBeNull();
    }
  });

  it('is accepted with further images where it announces them', async () => {
    expect(await jpegFault(of(announcing(jpeg), jpeg, jpeg))).toBeNull();
  });

  it.each([
    ['one byte behind its end', Buffer.concat([jpeg, Buffer.from('x')])],
    ['an unannounced image behind its end', Buffer.concat([jpeg, jpeg])],
    ['an archive behind announced images', Buffer.concat([announcing(jpeg), jpeg, emptyZip()])],
    ['another end behind its end', Buffer.concat([jpeg, randomBytes(50), Buffer.from([0xff, 0xd9])])],
    ['its end missing', jpeg.subarray(0, -2)],
    ['its last byte missing', jpeg.subarray(0, -1)],
    ['its scan missing', jpeg.subarray(0, 100)],
    ['only its beginning', jpeg.subarray(0, 2)],
    ['nonsense for segments', Buffer.concat([jpeg.subarray(0, 2), Buffer.alloc(100, 7)])],
    ['a segment without a length', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x00, 0xff, 0xd9])],
  ])('is refused with %s', async (_, bytes) => {
    expect(await jpegFault(of(bytes))).toEqual(expect.any(String));
  });
});

describe('a ZIP archive', () => {
  it('is recognised by its end, with and without a comment', async () => {
    expect(await hasZipTrailer(of(pdfBytes(100_000), emptyZip()))).toBe(true);
    expect(await hasZipTrailer(of(pdfBytes(100_000), emptyZip('%%EOF'.repeat(12_000))))).toBe(true);
    expect(await hasZipTrailer(of(emptyZip(), '\n%%EOF\n'))).toBe(true);
  });

  it('is not seen in a signature alone, nor far from the end', async () => {
    expect(await hasZipTrailer(of(pdfBytes(100_000), 'PK\x05\x06 is how a ZIP ends'))).toBe(false);
    expect(await hasZipTrailer(of('PK\x05\x06'))).toBe(false);
    expect(await hasZipTrailer(of(emptyZip(), pdfBytes(100_000)))).toBe(false);
  });
});
