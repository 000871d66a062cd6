import { ConflictError } from '#libs/kernel';

export class DocumentNotDecidedError extends ConflictError {
  static override readonly code: string = 'DOCUMENT_NOT_DECIDED';
  static override readonly title: string = 'The document has no decision yet';
  static override readonly about: string =
    'Evidence proves a decision, but no reviewer has decided about this document yet. Repeat the request after the decision.';

  constructor() {
    super('No reviewer has decided about this document yet');
  }
}
