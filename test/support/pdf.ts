import { createCipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';

const IMAGE = { width: 512, height: 682 };
const IMAGE_BYTES = IMAGE.width * IMAGE.height * 3;
const XREF_ENTRY_BYTES = 20;
/** Catalog, page tree, font, padding; then three objects for each page. */
const FIXED_OBJECTS = 4;
const OBJECTS_PER_PAGE = 3;

/** A smaller file cannot contain a page. */
export const SMALLEST_PDF = 2048;

/**
 * A PDF 1.7 of exactly `size` bytes with a cross-reference table, as many pages as fit, a line of text on each, and on all
 * but the first a picture of noise, which does not compress. The same seed gives the same bytes.
 */
export function* pdfChunks(size: number, seed = 'veritrail'): Generator<Buffer> {
  if (size < SMALLEST_PDF) throw new Error(`A PDF needs ${SMALLEST_PDF} bytes`);
  const pictures = picturesWithin(size);
  const offsets: number[] = [];
  let position = 0;
  function* emit(...chunks: Array<Buffer | string>): Generator<Buffer> {
    for (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk;
      position += bytes.length;
      yield bytes;
    }
  }
  for (const part of partsOf(pictures, seed)) {
    if (part.number !== null) offsets[part.number] = position;
    yield* emit(...part.chunks());
  }
  // The padding makes the size exact: everything behind it has a known length.
  const padding = FIXED_OBJECTS;
  offsets[padding] = position;
  const count = FIXED_OBJECTS + OBJECTS_PER_PAGE * (pictures + 1);
  const trailerBytes = trailer(count, 0).length + (count + 1) * XREF_ENTRY_BYTES + xrefHead(count).length;
  const length = size - position - streamObject(padding, '', 0).overhead - trailerBytes;
  yield* emit(...streamObject(padding, '', length).around([noise(seed, 'padding', length)]));
  const xref = position;
  yield* emit(xrefHead(count), '0000000000 65535 f\r\n');
  for (let number = 1; number <= count; number++) {
    yield* emit(`${String(offsets[number]).padStart(10, '0')} 00000 n\r\n`);
  }
  yield* emit(trailer(count, xref));
}

export function pdfBytes(size: number, seed?: string): Buffer {
  return Buffer.concat([...pdfChunks(size, seed)]);
}

/** For sizes that should not be held in memory. */
export function pdfStream(size: number, seed?: string): Readable {
  return Readable.from(pdfChunks(size, seed), { objectMode: false });
}

interface Part {
  readonly number: number | null;
  chunks(): Iterable<Buffer | string>;
}

function* partsOf(pictures: number, seed: string): Generator<Part> {
  const text = (number: number | null, content: string): Part => ({ number, chunks: () => [content] });
  const pages = pictures + 1;
  const pageNumber = (page: number): number => FIXED_OBJECTS + 1 + OBJECTS_PER_PAGE * page;
  const kids = Array.from({ length: pages }, (_, page) => `${pageNumber(page)} 0 R`).join(' ');
  // The comment with bytes above 127 marks the file as binary.
  yield text(null, '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
  yield text(1, '1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n');
  yield text(2, `2 0 obj\n<< /Type /Pages /Count ${pages} /Kids [${kids}] >>\nendobj\n`);
  yield text(3, '3 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n');
  for (let page = 0; page < pages; page++) yield* partsOfPage(page, pages, pageNumber(page), seed);
}

function* partsOfPage(page: number, pages: number, number: number, seed: string): Generator<Part> {
  const [contents, picture] = [number + 1, number + 2];
  const resources = `/Font << /F1 3 0 R >> /XObject << /P1 ${picture} 0 R >>`;
  yield {
    number,
    chunks: () => [
      `${number} 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${contents} 0 R ` +
        `/Resources << ${resources} >> >>\nendobj\n`,
    ],
  };
  const drawing = `BT /F1 18 Tf 72 780 Td (Page ${page + 1} of ${pages}) Tj ET\nq 450 0 0 600 72 120 cm /P1 Do Q\n`;
  yield {
    number: contents,
    chunks: () => streamObject(contents, '', drawing.length).around([drawing]),
  };
  const { width, height } = page === 0 ? { width: 1, height: 1 } : IMAGE;
  const dictionary =
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} ` +
    '/ColorSpace /DeviceRGB /BitsPerComponent 8';
  const bytes = width * height * 3;
  yield {
    number: picture,
    chunks: () => streamObject(picture, dictionary, bytes).around([noise(seed, `page ${page}`, bytes)]),
  };
}

function streamObject(number: number, dictionary: string, length: number) {
  const head = `${number} 0 obj\n<< ${dictionary} /Length ${String(length).padStart(12, '0')} >>\nstream\n`;
  const tail = '\nendstream\nendobj\n';
  return {
    overhead: head.length + tail.length,
    around: (content: Array<Buffer | string>): Array<Buffer | string> => [head, ...content, tail],
  };
}

function picturesWithin(size: number): number {
  const perPage = IMAGE_BYTES + 1024;
  return Math.max(0, Math.floor((size - SMALLEST_PDF) / perPage));
}

function xrefHead(count: number): string {
  return `xref\n0 ${count + 1}\n`;
}

function trailer(count: number, xref: number): string {
  const start = String(xref).padStart(12, '0');
  return `trailer\n<< /Size ${count + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
}

/** Bytes that look random and depend only on the two arguments. */
function noise(seed: string, what: string, length: number): Buffer {
  const key = createHash('sha256').update(`${seed}\0${what}`).digest();
  return createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(length));
}
