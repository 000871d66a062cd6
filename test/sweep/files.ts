import { jpegBytes, pngBytes, pngChunk } from '../support/images.js';
import { pdfBytes } from '../support/pdf.js';

export interface HostileFile {
  readonly what: string;
  readonly fileName: string;
  readonly bytes: Buffer;
}

/** Files of about `size` bytes with as many steps for a parser as fit: fill bytes, empty segments, signatures. */
export function hostileFiles(size: number): HostileFile[] {
  return [...jpegs(size), ...pngs(size), ...pdfs(size)];
}

function jpegs(size: number): HostileFile[] {
  const jpeg = jpegBytes();
  const of = (what: string, head: Buffer, unit: string, tail: Buffer): HostileFile => ({
    what: `JPEG with ${what}`,
    fileName: 'a.jpg',
    bytes: Buffer.concat([head, repeat(unit, size), tail]),
  });
  const segments = (what: string, unit: string) => of(what, jpeg.subarray(0, 2), unit, jpeg.subarray(2));
  const scan = (what: string, unit: string) => of(what, jpeg.subarray(0, -2), unit, jpeg.subarray(-2));
  const trailer = (what: string, unit: string) => of(what, jpeg, unit, Buffer.alloc(0));
  return [
    segments('fill bytes', '\xff'),
    segments('markers without a segment', '\xff\x01'),
    segments('empty comments', '\xff\xfe\0\x02'),
    segments('comments of one byte', '\xff\xfe\0\x03x'),
    scan('0xFF in its scan', '\xff'),
    scan('stuffing in its scan', '\xff\0'),
    scan('restarts in its scan', '\xff\xd0'),
    scan('empty scans', '\xff\xda\0\x02'),
    trailer('zeros behind it', '\0'),
    trailer('white space and zeros behind it', '\r\n\0 '),
    trailer('starts behind it', '\xff\xd8'),
    trailer('boxes of a film behind it', '\0\0\0\x08ftyp'),
    trailer('ZIP signatures behind it', 'PK\x03\x04'),
    trailer('Samsung signatures behind it', 'SEFHSEFT'),
    of('images behind it', jpeg, jpeg.toString('latin1'), Buffer.alloc(0)),
  ];
}

function pngs(size: number): HostileFile[] {
  const png = pngBytes();
  const [head, tail] = [png.subarray(0, 33), png.subarray(33)];
  const of = (what: string, ...parts: Buffer[]): HostileFile => ({
    what: `PNG with ${what}`,
    fileName: 'a.png',
    bytes: Buffer.concat(parts),
  });
  return [
    of('empty chunks', head, repeat(pngChunk('tEXt').toString('latin1'), size), tail),
    of('empty image data', head, repeat(pngChunk('IDAT').toString('latin1'), size), tail),
    of('zeros behind it', png, repeat('\0', size)),
    of('ends behind it', png, repeat(pngChunk('IEND').toString('latin1'), size)),
  ];
}

function pdfs(size: number): HostileFile[] {
  const pdf = pdfBytes(4096);
  const of = (what: string, ...parts: Array<Buffer | string>): HostileFile => ({
    what: `PDF with ${what}`,
    fileName: 'a.pdf',
    bytes: Buffer.concat(
      parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
    ),
  });
  return [
    of('white space before it', '%PDF-1.7', repeat(' ', 1000), pdf),
    of('zeros behind it', pdf, repeat('\0', size)),
    of('white space inside', pdf, repeat(' ', size), '%%EOF'),
    of('end markers', pdf, repeat('%%EOF', size)),
    of('almost objects', '%PDF-1.7\n', repeat('ob', size), '%%EOF'),
    of('ZIP ends', pdf, repeat('PK\x05\x06', size), '%%EOF'),
    of('ZIP starts', pdf, repeat('PK\x03\x04', size), '%%EOF'),
    of('ZIP letters', pdf, repeat('PK', size), '%%EOF'),
    of('RAR signatures', pdf, repeat('Rar!\x1a\x07', size), '%%EOF'),
    of(
      'attachments',
      pdf,
      repeat(`stream\nPK\x03\x04\x14${'\0'.repeat(21)}\x01${'\0'.repeat(3)}`, size),
      '%%EOF',
    ),
    of('stream keywords', pdf, repeat('stream\n', size), '%%EOF'),
  ];
}

function repeat(unit: string, size: number): Buffer {
  return Buffer.alloc(Math.floor(size / unit.length) * unit.length, unit, 'latin1');
}
