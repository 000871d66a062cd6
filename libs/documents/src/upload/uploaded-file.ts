import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** A file from a form: checked and durable, but not yet part of a document. */
export class UploadedFile {
  private taken = false;

  constructor(
    readonly storageKey: string,
    /** Lower-case hexadecimal. */
    readonly sha256: string,
    readonly size: number,
    readonly trailingBytes: number,
    /** From the table of accepted types. */
    readonly mediaType: string,
    readonly fileName: string,
  ) {}

  /** Whether a unit of work has taken the file: its commit or rollback then decides about the file. */
  get kept(): boolean {
    return this.taken;
  }

  markKept(): void {
    this.taken = true;
  }
}

const FILE = Symbol('uploaded file');
type Carrier = { [FILE]?: UploadedFile };

export function attachFile(request: object, file: UploadedFile): void {
  (request as Carrier)[FILE] = file;
}

/** The file of the form, as an `UploadedFile`; only on operations with `body: 'multipart'`, where it always exists. */
export const StagedFile = createParamDecorator((_: unknown, context: ExecutionContext): UploadedFile => {
  const file = context.switchToHttp().getRequest<Carrier>()[FILE];
  if (!file) throw new Error("Only an operation with body: 'multipart' has a file");
  return file;
});
