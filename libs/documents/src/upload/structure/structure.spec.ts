import { randomBytes } from 'node:crypto';
import { emptyZip, jpegBytes, pngBytes, pngChunk } from '../../../../../test/support/images.js';
import { MemoryBlob } from '../../../../../test/support/memory-blob.js';
import { pdfBytes } from '../../../../../test/support/pdf.js';
import { FileMalformedError } from '../upload.errors.js';
import { BlobWindow } from './blob-window.js';
import { endOfJpeg } from './jpeg.js';
import { endOfPdf } from './pdf.js';
import { endOfPng } from './png.js';

type Part = Buffer | string;

const PIXELS = 2 ** 28;
const join = (...parts: Part[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
const of = (...parts: Part[]): BlobWindow => new BlobWindow(new MemoryBlob(join(...parts)));

describe('the structure of a PDF', () => {
  const pdf = pdfBytes(300_000);

  it.each([
    ['nothing', '', 0],
    ['line ends', '\r\n\r\n', 4],
    ['2 KiB of zeros', Buffer.alloc(2048), 2048],
    ['more zeros than a block', Buffer.alloc(200_000), 200_000],
    ['other data in the last 1024 bytes', 'signed by a gateway', 19],
  ])('is accepted with %s after its end', async (_, trailing, length) => {
    expect(await endOfPdf(of(pdf, trailing))).toBe(pdf.length + Buffer.from(trailing).length - length);
  });

  it.each([
    ['a byte order mark', '\xef\xbb\xbf'],
    ['line ends', '\r\n\n'],
  ])('is accepted with %s before its start, and with a title that looks like a start', async (_, before) => {
    const title = pdf.toString('latin1').replace('\n', '\n%(The header %PDF-1.7)\n');
    expect(await endOfPdf(of(before, title))).toBe(before.length + title.length);
  });

  it.each([
    ['other data before it', join('GIF89a', pdf)],
    ['no version', Buffer.from('%PDF-x.y\n1 0 obj\n%%EOF')],
    ['only its header', Buffer.from('%PDF-1.7')],
    ['only its ends', Buffer.from('%PDF-1.4%%EOF')],
    ['its second half missing', pdf.subarray(0, 150_000)],
    ['4 KiB of trailing data', join(pdf, Buffer.alloc(4096, 'x'))],
  ])('is refused with %s', async (_, bytes) => {
    await expect(endOfPdf(of(bytes))).rejects.toThrow(FileMalformedError);
  });
});

describe('the structure of a PNG', () => {
  const png = pngBytes();
  const [head, tail] = [png.subarray(0, 33), png.subarray(33)];

  it('is accepted whole, with few or with many chunks', async () => {
    expect(await endOfPng(of(png), PIXELS)).toBe(png.length);
    const large = pngBytes(1200, 900);
    expect(await endOfPng(of(large), PIXELS)).toBe(large.length);
    const comments = Array.from({ length: 20_000 }, (_, index) => pngChunk('tEXt', Buffer.alloc(index % 50)));
    await expect(endOfPng(of(head, ...comments, tail), PIXELS)).resolves.toBeGreaterThan(240_000);
  });

  it('is accepted with padding after its end', async () => {
    expect(await endOfPng(of(png, '\r\n', Buffer.alloc(100_000)), PIXELS)).toBe(png.length);
  });

  it('is read about once, and only in part if chunks are large', async () => {
    const small = new MemoryBlob(
      join(head, ...Array.from({ length: 5000 }, () => pngChunk('tEXt', Buffer.alloc(100))), tail),
    );
    await endOfPng(new BlobWindow(small), PIXELS);
    expect(small.bytesRead).toBeLessThan(small.size * 1.1 + 65_536);
    const large = new MemoryBlob(join(head, pngChunk('tEXt', Buffer.alloc(20_000_000)), tail));
    await endOfPng(new BlobWindow(large), PIXELS);
    expect(large.bytesRead).toBeLessThan(200_000);
  });

  it.each([
    ['one byte behind its end', join(png, 'x')],
    ['another end behind its end', join(png, randomBytes(50), pngChunk('IEND'))],
    ['its last byte missing', png.subarray(0, -1)],
    ['its end missing', png.subarray(0, -12)],
    ['only its signature', png.subarray(0, 8)],
    ['only its ends', join(head, pngChunk('IEND'))],
    ['an empty image', join(head, pngChunk('IDAT'), pngChunk('IEND'))],
    ['no header chunk', join(png.subarray(0, 8), pngChunk('IEND'))],
    ['an impossible chunk length', join(head, Buffer.alloc(20, 0xff))],
    ['more pixels than the limit', pngBytes(8, 8, { width: 20_000, height: 20_000 })],
    ['no pixels', pngBytes(8, 8, { width: 0, height: 8 })],
    ['70,000 chunks', join(head, ...Array.from({ length: 70_000 }, () => pngChunk('tEXt')), tail)],
  ])('is refused with %s', async (_, bytes) => {
    await expect(endOfPng(of(bytes), PIXELS)).rejects.toThrow(FileMalformedError);
  });
});

describe('the structure of a JPEG', () => {
  const jpeg = jpegBytes();
  const withScan = (scan: Buffer): Buffer => join(jpeg.subarray(0, -2), scan, '\xff\xd9');
  const withSegments = (segments: Part): Buffer => join(jpeg.subarray(0, 2), segments, jpeg.subarray(2));

  it('is accepted whole', async () => {
    expect(await endOfJpeg(of(jpeg), PIXELS)).toBe(jpeg.length);
  });

  it('is accepted with a thumbnail inside, whose end is not its end', async () => {
    const length = Buffer.from([(jpeg.length + 2) >> 8, (jpeg.length + 2) & 255]);
    const image = withSegments(join('\xff\xe1', length, jpeg));
    expect(await endOfJpeg(of(image), PIXELS)).toBe(image.length);
  });

  it('is accepted with a scan that crosses blocks, with stuffing, restarts and fill bytes anywhere', async () => {
    for (const shift of [0, 1, 2, 3]) {
      const scan = Buffer.alloc(200_000 + shift, 0xff);
      for (let index = shift % 2; index < scan.length; index += 2)
        scan[index] = index % 3 === 0 ? 0x00 : 0xd3;
      scan[scan.length - 1] = 0x11;
      const image = withScan(scan);
      expect(await endOfJpeg(of(image), PIXELS)).toBe(image.length);
    }
    const filled = withSegments(Buffer.alloc(200_000, 0xff));
    expect(await endOfJpeg(of(filled), PIXELS)).toBe(filled.length);
  });

  it.each([
    ['a line end', '\n'],
    ['zeros', Buffer.alloc(100_000)],
    ['a second image', jpeg],
    ['further images with padding between them', join(Buffer.alloc(3000), jpeg, Buffer.alloc(7), jpeg, '\0')],
    ['the trailer of a Samsung camera', samsungTrailer()],
    ['the film of a motion photo', film()],
    ['a gain map and the film of a motion photo', join(jpeg, film(), '\0\0')],
    ['the settings of Canon software', canonTrailer()],
  ])('is accepted with %s after its end', async (_, trailer) => {
    expect(await endOfJpeg(of(jpeg, trailer), PIXELS)).toBe(jpeg.length);
  });

  it.each([
    ['one byte behind its end', join(jpeg, 'x')],
    ['random bytes behind its end', join(jpeg, randomBytes(5000))],
    ['another end behind its end', join(jpeg, randomBytes(50), '\xff\xd9')],
    ['half of a second image', join(jpeg, jpeg.subarray(0, 300))],
    ['other data behind a film', join(jpeg, film(), 'xxxxxxxxxxxxxxxxx')],
    ['a film that is cut off', join(jpeg, film().subarray(0, -1))],
    ['a Samsung trailer with a wrong length', join(jpeg, samsungTrailer().subarray(0, -8), '\x10\0\0\0SEFT')],
    ['the beginning of a Canon trailer', join(jpeg, canonTrailer().subarray(0, 40))],
    ['its end missing', jpeg.subarray(0, -2)],
    ['its last byte missing', jpeg.subarray(0, -1)],
    ['its scan missing', jpeg.subarray(0, 100)],
    ['only its beginning', jpeg.subarray(0, 2)],
    ['only its ends', Buffer.from([0xff, 0xd8, 0xff, 0xd9])],
    ['an empty scan', Buffer.from('ffd8ffc0000b080008000801011100ffda0008010100003f00ffd9', 'hex')],
    ['nonsense for segments', join(jpeg.subarray(0, 2), Buffer.alloc(100, 7))],
    ['a segment without a length', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x00, 0xff, 0xd9])],
    ['70,000 empty comments', withSegments('\xff\xfe\0\x02'.repeat(70_000))],
    ['70,000 markers without a segment', withSegments('\xff\x01'.repeat(70_000))],
    ['more pixels than the limit', withSegments('\xff\xc0\0\x0b\x08\xff\xff\xff\xff\x01\x01\x11\0')],
  ])('is refused with %s', async (_, bytes) => {
    await expect(endOfJpeg(of(bytes), PIXELS)).rejects.toThrow(FileMalformedError);
  });

  /** One block of data, and the directory behind it. */
  function samsungTrailer(): Buffer {
    const data = join('\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data', '1600000000000');
    const directory = Buffer.alloc(24);
    directory.write('SEFH', 'latin1');
    directory.writeUInt32LE(1, 8);
    directory.writeUInt32LE(data.length, 20);
    return join(data, directory, '\x18\0\0\0SEFT');
  }

  function film(): Buffer {
    return join('\0\0\0\x10ftypmp42\0\0\0\0', '\0\0\0\x0cmdatabcd', '\0\0\0\x01moov\0\0\0\0\0\0\0\x10');
  }

  function canonTrailer(): Buffer {
    const mark = 'CANON OPTIONAL DATA\0';
    return join(mark, Buffer.alloc(200, 1), mark, Buffer.alloc(44, 2));
  }
});

describe('an empty archive', () => {
  it('is none of these', async () => {
    await expect(endOfPng(of(emptyZip()), PIXELS)).rejects.toThrow(FileMalformedError);
    await expect(endOfJpeg(of(emptyZip()), PIXELS)).rejects.toThrow(FileMalformedError);
    await expect(endOfPdf(of(emptyZip()))).rejects.toThrow(FileMalformedError);
  });
});
