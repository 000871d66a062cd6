import { NotFoundError } from '#libs/kernel';

export class NothingSealedError extends NotFoundError {
  static override readonly code: string = 'NOTHING_SEALED';
  static override readonly title: string = 'Nothing is sealed yet';
  static override readonly about: string =
    'The log has no signed checkpoint yet. The first one follows the first entry within a second, where the worker that seals the log runs.';

  constructor() {
    super('The log has no checkpoint yet');
  }
}

export class TreeSizeNotReachedError extends NotFoundError {
  static override readonly code: string = 'TREE_SIZE_NOT_REACHED';
  static override readonly title: string = 'The log is not that long';
  static override readonly about: string =
    'The log has fewer leaves than the size that was asked for. If you hold a checkpoint of that size, signed by this log, then its history was replaced: keep the checkpoint.';

  constructor(asked: number, size: number) {
    super(`The log has ${size} leaves, not ${asked}`);
  }
}
