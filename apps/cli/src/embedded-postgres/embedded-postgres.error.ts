export type EmbeddedPostgresErrorCode =
  | 'BINARIES_MISSING'
  | 'DATA_BELONGS_ELSEWHERE'
  | 'DATA_MISSING'
  | 'DATA_NOT_OURS'
  | 'INITDB_FAILED'
  | 'LOCK_TIMEOUT'
  | 'NO_SERVER_ACCOUNT'
  | 'PASSWORD_FILE_MISSING'
  | 'PASSWORD_FILE_UNREADABLE'
  | 'PASSWORD_REFUSED'
  | 'START_FAILED'
  | 'START_TIMEOUT'
  | 'STOP_FAILED'
  | 'VERSION_MISMATCH';

/**
 * Why the embedded PostgreSQL cannot be used. `message` is one sentence for the person at the terminal; `logTail` holds
 * the last lines PostgreSQL wrote when they can help.
 */
export class EmbeddedPostgresError extends Error {
  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    readonly logTail: string = '',
  ) {
    super(logTail === '' ? message : `${message}\n${logTail}`);
    this.name = 'EmbeddedPostgresError';
  }
}
