import { crc32 } from 'node:zlib';

/** A ZIP archive with one stored file (APPNOTE.TXT, 4.3); `change` may falsify its end record. */
export function storedZip(
  content: Buffer = Buffer.from('hello'),
  { offset = 0, comment = '', change = (_: Buffer): void => undefined } = {},
): Buffer {
  const name = Buffer.from('hello.txt');
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const file = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, content]);
  const place = Buffer.alloc(14);
  place.writeUInt32LE(offset, 10);
  const directory = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\0', 'latin1'),
    fields.subarray(0, 24),
    Buffer.alloc(2),
    place,
    name,
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset + file.length, 16);
  end.writeUInt16LE(comment.length, 20);
  change(end);
  return Buffer.concat([file, directory, end, Buffer.from(comment, 'latin1')]);
}

/** The header of a TAR archive whose first member has this name. */
export function tarHeader(name: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 'latin1');
  header.write('0000644\0', 100, 'latin1');
  header.write('00000000005\0', 124, 'latin1');
  header.write('        ', 148, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
