import { ConflictError } from '#libs/kernel';

export class DocumentNotDecidedError extends ConflictError {
  static override readonly code: string = 'DOCUMENT_NOT_DECIDED';
  static override readonly title: string = 'There is no decision yet';
  static override readonly about: string =
    'Evidence is about a decision, and nobody has decided about this document. Ask again once its decision is there.';

  constructor() {
    super('Nobody has decided about this document');
  }
}
