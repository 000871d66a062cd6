import { type Configuration, ConfigurationError } from '#libs/config';
import { StartRefusedError } from '#libs/kernel';

interface SystemError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly syscall?: unknown;
}

/** EX_CONFIG of BSD's sysexits.h: the configuration is invalid, so a restart does not help. */
export const EXIT_CONFIGURATION = 78;

/** The result of `describeStartFailure`. */
export interface StartFailure {
  readonly text: string;
  readonly exitCode: number;
  /** Whether the text is complete; otherwise the stack must be logged. */
  readonly understood: boolean;
}

/** The settings that an explanation may contain. */
export interface StartSurroundings {
  readonly database: Pick<Configuration['database'], 'url' | 'role'>;
  readonly http: Pick<Configuration['http'], 'host' | 'port'>;
}

/** Why a process could not start, for operators: without secrets and, for known causes, without a stack. */
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
      return `${where} rejects the password of user ${user}. If its volume comes from an earlier installation, it still has the earlier password: use that password, change it with ALTER ROLE, or start with an empty volume.`;
    case '28000':
      return /role .* does not exist/.test(message)
        ? `${where} has no user ${user}. If its volume comes from an earlier installation, it still has the earlier users: use one of them, create the user, or start with an empty volume.`
        : `${where} does not allow user ${user} to connect from this machine (see pg_hba.conf).`;
    case '3D000':
      return `${where} has no database ${url.pathname.slice(1)}. Create it, then run the migrations.`;
    case '22023':
    case '42501':
      if (message.includes('veritrail_sequencer')) {
        return `${where} does not allow the login of the jobs to use the role veritrail_sequencer. Set WORKER_DATABASE_URL to the worker's login, and GRANT veritrail_sequencer to it.`;
      }
      return /role/.test(message)
        ? `${where} does not allow user ${user} to use the role ${database.role} (DATABASE_ROLE). Run the migrations, which create the role, and GRANT ${database.role} TO ${user}.`
        : null;
    case '57P03':
      return `${where} is still starting up or shutting down. Start again in a moment.`;
    case '53300':
      return `${where} has no free connection for user ${user}. Increase max_connections, or lower DATABASE_POOL_SIZE.`;
    case 'EADDRINUSE':
      return `Another program is using port ${http.port} on ${http.host}. Stop that program, or set PORT to a free port.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${http.host} (HOST).`;
    case 'EACCES':
      return error.syscall === 'listen'
        ? `The operating system user may not listen on port ${http.port}. Set PORT to a port above 1023.`
        : null;
    case 'ECONNREFUSED':
      return `${where} cannot be reached: the connection was refused. Check that PostgreSQL is running.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${where} cannot be reached: the host name ${url.hostname} cannot be resolved.`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${where} cannot be reached: the host does not respond.`;
    default:
      return /timeout exceeded|connection timeout/i.test(message)
        ? `${where} cannot be reached: the host does not respond.`
        : null;
  }
}
