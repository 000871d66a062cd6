import { type Configuration, ConfigurationError } from '#libs/config';
import { StartRefusedError } from '#libs/kernel';

interface SystemError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly syscall?: unknown;
}

/** The exit code of BSD's sysexits.h for a configuration that is wrong: starting again changes nothing. */
export const EXIT_CONFIGURATION = 78;

/** What `describeStartFailure` found out. */
export interface StartFailure {
  readonly text: string;
  readonly exitCode: number;
  /** Whether the words say everything; otherwise the stack belongs in the log. */
  readonly understood: boolean;
}

/** What of the configuration an explanation may name. */
export interface StartSurroundings {
  readonly database: Pick<Configuration['database'], 'url' | 'role'>;
  readonly http: Pick<Configuration['http'], 'host' | 'port'>;
}

/** Why a process could not start, in words for an operator, without a secret and, where the cause is known, without a stack. */
export function describeStartFailure(error: unknown, configuration: StartSurroundings | null): StartFailure {
  if (error instanceof ConfigurationError) {
    return { text: error.message, exitCode: EXIT_CONFIGURATION, understood: true };
  }
  if (error instanceof StartRefusedError) return { text: error.message, exitCode: 1, understood: true };
  const text = configuration ? explain(error as SystemError, configuration) : null;
  return text
    ? { text, exitCode: 1, understood: true }
    : { text: `The start failed: ${String(error)}`, exitCode: 1, understood: false };
}

function explain(error: SystemError, { database, http }: StartSurroundings): string | null {
  const url = new URL(database.url);
  const where = `The database at ${url.hostname}:${url.port || '5432'}`;
  const user = decodeURIComponent(url.username);
  const message = typeof error.message === 'string' ? error.message : '';
  switch (error.code) {
    case '28P01':
      return `${where} refuses the password for user ${user}. If it keeps data from an earlier installation (an old volume), it still has the password of that time: use that password, change it there with ALTER ROLE, or start with an empty volume.`;
    case '28000':
      return /role .* does not exist/.test(message)
        ? `${where} has no user ${user}. If it keeps data from an earlier installation (an old volume), it still has the users of that time.`
        : `${where} does not let user ${user} in from this machine (see pg_hba.conf).`;
    case '3D000':
      return `${where} has no database ${url.pathname.slice(1)}. Create it, then run the migrations.`;
    case '22023':
    case '42501':
      return /role/.test(message)
        ? `${where} does not let user ${user} act as the role ${database.role} (DATABASE_ROLE). Run the migrations, which make the role, and GRANT ${database.role} TO ${user}.`
        : null;
    case '57P03':
      return `${where} is still starting up or shutting down. Start again in a moment.`;
    case '53300':
      return `${where} has no connection left for user ${user}.`;
    case 'EADDRINUSE':
      return `Port ${http.port} on ${http.host} is taken by another program. Stop it, or set PORT to a free one.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${http.host} (HOST).`;
    case 'EACCES':
      return error.syscall === 'listen'
        ? `This user may not listen on port ${http.port}. Set PORT to one above 1023.`
        : null;
    case 'ECONNREFUSED':
      return `${where} cannot be reached: nothing listens there. Is PostgreSQL running?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${where} cannot be reached: the name ${url.hostname} is not known.`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${where} cannot be reached: no answer.`;
    default:
      return /timeout exceeded|connection timeout/i.test(message)
        ? `${where} cannot be reached: no answer.`
        : null;
  }
}
