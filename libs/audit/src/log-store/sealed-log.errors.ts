import { NotFoundError } from '#libs/kernel';

export class NothingSealedError extends NotFoundError {
  static override readonly code: string = 'NOTHING_SEALED';
  static override readonly title: string = 'The audit log has no checkpoint yet';
  static override readonly about: string =
    'The audit log has no signed checkpoint yet. The worker that seals the log signs the first checkpoint within about one second after the first entry. If the problem persists, the worker is not running: tell the operator.';

  constructor() {
    super('The audit log has no checkpoint yet');
  }
}

export class TreeSizeNotReachedError extends NotFoundError {
  static override readonly code: string = 'TREE_SIZE_NOT_REACHED';
  static override readonly title: string = 'The log is shorter than the requested size';
  static override readonly about: string =
    'The log has fewer leaves than the requested size. If you hold a checkpoint of that size that this log signed, the history of the log was replaced: keep the checkpoint as proof.';

  constructor(asked: number, size: number) {
    super(`The log has ${size} leaves, not ${asked}`);
  }
}
