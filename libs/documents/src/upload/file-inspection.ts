import { fileTypeFromBuffer } from 'file-type';
import { type OpenBlob, type StagedBlob } from '#libs/storage';
import { ACCEPTED_TYPES, type AcceptedType, UNDECLARED_TYPES } from './accepted-types.js';
import { extensionOf } from './file-name.js';
import { BlobWindow } from './structure/blob-window.js';
import { hidesPdf } from './structure/pdf.js';
import { endsLikeZip } from './structure/zip-trailer.js';
import { FileMalformedError, FileTypeMismatchError, FileTypeNotAcceptedError } from './upload.errors.js';

/**
 * The type that the first bytes, the extension and the declared type all name. Throws `FileTypeNotAcceptedError` when the
 * bytes are of no accepted type and `FileTypeMismatchError` when the rest does not agree with them.
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
 * Throws `FileMalformedError` unless the file is whole, ends where its type ends, and is not an archive or a PDF in
 * disguise. Looks at structure only: it decodes nothing, and reads images through once and of a PDF only the ends, which
 * `known` may spare.
 */
export async function inspectStructure(
  blob: Pick<OpenBlob, 'size' | 'bytes'>,
  type: AcceptedType,
  known?: Pick<StagedBlob, 'head' | 'tail'>,
): Promise<void> {
  const file = new BlobWindow(blob, known);
  const complaint = await type.complaint(file);
  if (complaint) throw new FileMalformedError(complaint);
  if (await endsLikeZip(file)) throw new FileMalformedError('is also a ZIP archive');
  if (await hidesPdf(file)) throw new FileMalformedError('has other data before the start of a PDF');
}
