export { ContentDamagedError, RangeNotSatisfiableError } from './content/content.errors.js';
export { DOCUMENTS } from './documents.declaration.js';
export { DocumentsModule } from './documents.module.js';
export {
  ContentNotReadError,
  DifferentReviewerRequiredError,
  DocumentAlreadyDecidedError,
  DocumentClaimedByAnotherError,
  DocumentNotDecidedError,
  DocumentVersionChangedError,
  IllegalTransitionError,
  NotTheOwnerError,
  OwnDocumentError,
  QuotaExceededError,
} from './domain/document.errors.js';
export { DocumentsMaintenance } from './maintenance/documents.maintenance.js';
export { acceptUploads } from './upload/staged-upload.interceptor.js';
export { StagingSweep } from './upload/staging-sweep.js';
export { StoreIdentityCheck } from './upload/store-identity-check.js';
export {
  FileMalformedError,
  FileNameNotAcceptedError,
  FileTypeMismatchError,
  FileTypeNotAcceptedError,
} from './upload/upload.errors.js';
export { UploadModule } from './upload/upload.module.js';
