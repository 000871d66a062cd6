import { fileTypeFromBuffer } from 'file-type';
import { type OpenBlob, type StagedBlob } from '#libs/storage';
import { ACCEPTED_TYPES, type AcceptedType, UNDECLARED_TYPES } from './accepted-types.js';
import { extensionOf } from './file-name.js';
import { BlobWindow } from './structure/blob-window.js';
import { hidesPdf } from './structure/pdf.js';
import { hasZipTrailer } from './structure/zip-trailer.js';
import { FileMalformedError, FileTypeMismatchError, FileTypeNotAcceptedError } from './upload.errors.js';

/**
 * The type of the file by its signature; the extension and the declared type must match it. Throws
 * `FileTypeNotAcceptedError` for a signature that is not accepted, and `FileTypeMismatchError` for a mismatch.
 */
export async function recogniseType(head: Buffer, fileName: string, declared: string): Promise<AcceptedType> {
  const detected = await fileTypeFromBuffer(head);
  const type = ACCEPTED_TYPES.find(({ mediaType }) => mediaType === detected?.mime);
  if (!type) throw new FileTypeNotAcceptedError();
  if (!type.extensions.includes(extensionOf(fileName))) {
    const wanted = type.extensions.map((extension) => `.${extension}`).join(', ');
    throw new FileTypeMismatchError(`is ${type.mediaType}, so its name must end in ${wanted}`);
  }
  const said = declared.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (said !== type.mediaType && !type.aliases.includes(said) && !UNDECLARED_TYPES.includes(said)) {
    throw new FileTypeMismatchError(`is ${type.mediaType}, but was declared as a different type`);
  }
  return type;
}

/**
 * Throws `FileMalformedError` if the file is incomplete, has trailing data, or is also an archive or a PDF. Checks the
 * structure only and decodes nothing. Reads an image once, and only both ends of a PDF; `known` contains ends that are
 * already in memory.
 */
export async function inspectStructure(
  blob: Pick<OpenBlob, 'size' | 'bytes'>,
  type: AcceptedType,
  known?: Pick<StagedBlob, 'head' | 'tail'>,
): Promise<void> {
  const file = new BlobWindow(blob, known);
  const fault = await type.findFault(file);
  if (fault) throw new FileMalformedError(fault);
  if (await hasZipTrailer(file)) throw new FileMalformedError('is also a ZIP archive');
  if (await hidesPdf(file)) throw new FileMalformedError('has other data before the start of a PDF');
}
