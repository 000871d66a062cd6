import { type OpenBlob, type StagedBlob } from '#libs/storage';
import { ACCEPTED_TYPES, type AcceptedType, declaresType } from './accepted-types.js';
import { extensionOf } from './file-name.js';
import { type ArchiveScreen, isAlsoArchive } from './structure/archives.js';
import { BlobWindow } from './structure/blob-window.js';
import { hidesPdf } from './structure/pdf.js';
import { FileMalformedError, FileTypeMismatchError, FileTypeNotAcceptedError } from './upload.errors.js';

/**
 * The type of the file by its signature; the extension, if there is one, and the declared type must match it. Throws
 * `FileTypeNotAcceptedError` for a signature that is not accepted, and `FileTypeMismatchError` for a mismatch.
 */
export function recogniseType(head: Buffer, fileName: string, declared: string): AcceptedType {
  const type = ACCEPTED_TYPES.find(({ hasSignature }) => hasSignature(head));
  if (!type) throw new FileTypeNotAcceptedError();
  const extension = extensionOf(fileName);
  if (extension !== '' && !type.extensions.includes(extension)) {
    const wanted = type.extensions.map((one) => `.${one}`).join(', ');
    throw new FileTypeMismatchError(`is ${type.mediaType}, so its name must end in ${wanted}`);
  }
  const said = declared.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (declaresType(said) && said !== type.mediaType && !type.aliases.includes(said)) {
    throw new FileTypeMismatchError(`is ${type.mediaType}, but was declared as a different type`);
  }
  return type;
}

/**
 * The number of bytes after the end of the document. Throws `FileMalformedError` if the file is incomplete or empty, has
 * unknown trailing data, or is also an archive or a PDF. Checks the structure only and decodes nothing. `known` contains
 * ends that are already in memory, and what a screen of all bytes saw.
 */
export async function inspectStructure(
  blob: Pick<OpenBlob, 'size' | 'bytes'>,
  type: AcceptedType,
  maxPixels: number,
  known?: Pick<StagedBlob, 'head' | 'tail'>,
  screen?: Pick<ArchiveScreen, 'seen'>,
): Promise<number> {
  const file = new BlobWindow(blob, known);
  const end = await type.endOf(file, maxPixels);
  if (await isAlsoArchive(file, type.mayAttach, screen)) throw new FileMalformedError('is also an archive');
  if (type.mediaType !== 'application/pdf' && (await hidesPdf(file)))
    throw new FileMalformedError('is also a PDF');
  return file.size - end;
}
