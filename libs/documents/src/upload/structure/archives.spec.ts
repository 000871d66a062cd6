import { storedZip, tarHeader } from '../../../../../test/support/archives.js';
import { emptyZip, jpegBytes } from '../../../../../test/support/images.js';
import { MemoryBlob } from '../../../../../test/support/memory-blob.js';
import { pdfBytes } from '../../../../../test/support/pdf.js';
import { ArchiveScreen, isAlsoArchive } from './archives.js';
import { BlobWindow } from './blob-window.js';

type Part = Buffer | string;

const join = (...parts: Part[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
const search = (mayAttach: boolean, ...parts: Part[]): Promise<boolean> =>
  isAlsoArchive(new BlobWindow(new MemoryBlob(join(...parts))), mayAttach);

const PDF = pdfBytes(100_000);
const attached = (archive: Buffer): Buffer =>
  join('\n9 0 obj\n<< >>\nstream\n', archive, '\nendstream\nendobj\n');

describe('an archive inside a PDF', () => {
  it.each<[string, Part[]]>([
    ['appended', [PDF, storedZip()]],
    [
      'appended, with offsets from the start of the file',
      [PDF, storedZip(undefined, { offset: PDF.length })],
    ],
    ['appended, with a wrong number of entries', [PDF, falsified((end) => end.writeUInt16LE(7, 8))]],
    ['appended, with a wrong length of its comment', [PDF, falsified((end) => end.writeUInt16LE(999, 20))]],
    ['appended, with a wrong disk number', [PDF, falsified((end) => end.writeUInt16LE(3, 4))]],
    ['70 kB from the end', [PDF, storedZip(), '%'.repeat(70_000), '\n%%EOF\n']],
    ['700 kB from the end', [PDF, storedZip(), '%'.repeat(700_000), '\n%%EOF\n']],
    ['without its end', [PDF, storedZip().subarray(0, -30)]],
    ['empty', [PDF, emptyZip()]],
    ['empty, with a long comment', [PDF, emptyZip('%%EOF'.repeat(12_000))]],
    ['empty, with other data behind it', [emptyZip(), '\n%%EOF\n']],
    ['in a comment at the start', ['%PDF-1.7\n%', storedZip(), PDF]],
    ['in the format RAR', [PDF, 'Rar!\x1a\x07\x01\0']],
    ['in the format 7z', [PDF, '7z\xbc\xaf\x27\x1c\0\x04']],
    ['in the format CAB', [PDF, 'MSCF\0\0\0\0\x2c\0\0\0']],
    ['behind an attachment', [attached(storedZip()), PDF, storedZip()]],

    ['that begins like an attachment and does not end', [attached(storedZip().subarray(0, -30)), PDF]],
  ])('is found %s', async (_, parts) => {
    expect(await search(true, ...parts)).toBe(true);
  });

  it('is found where blocks meet', async () => {
    for (let shift = -70; shift <= 5; shift++)
      expect(await search(true, Buffer.alloc(512 * 1024 + shift, '%'), emptyZip())).toBe(true);
    for (let shift = -140; shift <= 5; shift += 3)
      expect(await search(true, Buffer.alloc(512 * 1024 + shift, '%'), storedZip())).toBe(true);
  });

  it.each<[string, Part[]]>([
    ['is attached', [PDF, attached(storedZip()), '%%EOF']],
    ['is attached twice', [PDF, attached(storedZip()), attached(storedZip()), '%%EOF']],
    ['is inside an attached archive', [PDF, attached(storedZip(storedZip())), '%%EOF']],
    ['is attached in the format 7z', [PDF, attached(join('7z\xbc\xaf\x27\x1c\0\x04')), '%%EOF']],
  ])('does not count if it %s', async (_, parts) => {
    expect(await search(true, ...parts)).toBe(false);
  });

  it('is not seen in a signature alone', async () => {
    expect(
      await search(true, PDF, 'PK\x05\x06 is how a ZIP ends, and PK\x03\x04 is how one of its files starts'),
    ).toBe(false);
    expect(await search(true, 'PK\x05\x06')).toBe(false);
    expect(await search(true, PDF, pdfBytes(2_000_000))).toBe(false);
  });

  function falsified(change: (end: Buffer) => void, offset = 0): Buffer {
    return storedZip(undefined, { offset: Math.max(0, offset), change });
  }
});

describe('an archive inside an image', () => {
  it('is found, also like an attachment', async () => {
    expect(await search(false, jpegBytes(), attached(storedZip()))).toBe(true);
    expect(await search(false, jpegBytes())).toBe(false);
  });
});

describe('an archive that starts like a document', () => {
  it.each(['%PDF-1.7', '\x89PNG\r\n\x1a\n', '\xff\xd8\xff\xe0'])('is found for %j', async (name) => {
    expect(await search(true, tarHeader(name), Buffer.alloc(512), PDF)).toBe(true);
  });

  it('is found as an image of a CD', async () => {
    expect(await search(true, PDF.subarray(0, 0x8001), 'CD001', PDF)).toBe(true);
  });
});

describe('a file full of signatures', () => {
  it.each(['PK\x03\x04', 'PK\x05\x06', 'Rar!\x1a\x07', 'PK'])(
    'of %j is searched quickly',
    async (signature) => {
      const file = new BlobWindow(
        new MemoryBlob(join('stream\n', storedZip().subarray(0, 44), signature.repeat(2 ** 21))),
      );
      const before = process.cpuUsage();
      await isAlsoArchive(file, true);
      // Milliseconds suffice. A search that starts again at each signature takes minutes.
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(5000);
    },
  );
});

describe('ArchiveScreen', () => {
  const screened = (bytes: Buffer, size: number): boolean => {
    const screen = new ArchiveScreen();
    for (let at = 0; at < bytes.length; at += size) screen.add(bytes.subarray(at, at + size));
    return screen.seen;
  };

  it.each(['PK\x03\x04', 'PK\x05\x06', 'Rar!\x1a\x07', '7z\xbc\xaf\x27\x1c', 'MSCF\0\0\0\0', 'CD001'])(
    'sees %j wherever it stands between two chunks of any size',
    (signature) => {
      for (let before = 0; before < 20; before++) {
        const bytes = Buffer.from(`${'.'.repeat(before)}${signature}....`, 'latin1');
        for (let size = 1; size <= bytes.length; size++) expect(screened(bytes, size)).toBe(true);
      }
    },
  );

  it('sees nothing in other bytes', () => {
    for (const size of [1, 3, 7, 64])
      expect(screened(Buffer.from('PK7zRarMSCD00PK\x03.'.repeat(9)), size)).toBe(false);
  });
});
