import { type LoggerService } from '@nestjs/common';
import { type DestinationStream, type Level, type Logger, pino, stdTimeFunctions, transport } from 'pino';
import { type Configuration } from '#libs/config';
import { errorFields } from './error-fields.js';
import { currentLogContext } from './log-context.js';
import { PreformattedLine } from './preformatted-line.js';

/** Loggers that write one line per module and route; shown at debug level. */
const VERBOSE_CONTEXTS = new Set([
  'InstanceLoader',
  'NestFactory',
  'NestApplication',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Loggers whose errors the process itself reports with more detail; shown at debug level. */
const DEMOTED_CONTEXTS = new Set(['ExceptionHandler', 'TypeOrmModule']);

/** Members that are redacted at any place. A safety net: code must not log them. */
const SECRET_MEMBERS = [
  'password',
  'currentPassword',
  'newPassword',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
];

/**
 * The log of a process: one JSON object per line on stdout (or readable text in development), with the id of the
 * running request. The backend of every Nest `Logger`; `logger.error({ message, err, … })` keeps its members separate.
 * Writes synchronously, so lines before a crash are not lost.
 */
export class ProcessLogger implements LoggerService {
  private constructor(
    private readonly pino: Logger,
    private readonly processName: string,
    private readonly destination: DestinationStream,
  ) {}

  /**
   * `processName` is on every line. Falls back to JSON if the development package for readable text is not installed.
   */
  static create(
    { log }: Pick<Configuration, 'log'>,
    processName: string,
    destination?: DestinationStream,
  ): ProcessLogger {
    const readable = log.format === 'pretty' && !destination ? prettyStream() : undefined;
    const stream = destination ?? readable ?? pino.destination({ fd: 1, sync: true });
    return new ProcessLogger(
      pino(
        {
          level: log.level,
          base: { process: processName, pid: process.pid },
          timestamp: stdTimeFunctions.isoTime,
          formatters: { level: (label) => ({ level: label }) },
          mixin: () => ({ ...currentLogContext() }),
          serializers: { err: (thrown: unknown) => errorFields(thrown) },
          redact: SECRET_MEMBERS.flatMap((member) => [member, `*.${member}`]),
        },
        stream,
      ),
      processName,
      stream,
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    this.write(
      typeof context === 'string' && VERBOSE_CONTEXTS.has(context) ? 'debug' : 'info',
      message,
      rest,
    );
  }

  error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    this.write(
      typeof context === 'string' && DEMOTED_CONTEXTS.has(context) ? 'debug' : 'error',
      message,
      rest,
    );
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest appends the name of the logger as the last text; a text before it is a stack, and an `Error` is the cause. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    if (message instanceof PreformattedLine) {
      this.writePreformatted(level, message, rest.at(-1));
      return;
    }
    const texts = rest.filter((item) => typeof item === 'string');
    const err = [message, ...rest].find((item) => item instanceof Error);
    const fields: Record<string, unknown> = {
      ...(texts.length > 0 ? { context: texts.at(-1) } : {}),
      ...(texts.length > 1 && level !== 'info' ? { stack: texts.at(-2) } : {}),
      ...(err ? { err } : {}),
    };
    if (message instanceof Error) {
      this.pino[level](fields, message.message);
    } else if (typeof message === 'object' && message !== null) {
      const { message: text, ...members } = message as Record<string, unknown>;
      this.pino[level]({ ...fields, ...members }, typeof text === 'string' ? text : undefined);
    } else {
      this.pino[level](fields, String(message));
    }
  }

  /** Builds the same line as pino, without its search for secrets, which would cost more than the rest of the line. */
  private writePreformatted(level: Level, { message, members }: PreformattedLine, context: unknown): void {
    const time = stdTimeFunctions.isoTime();
    const origin = `"process":${JSON.stringify(this.processName)},"pid":${process.pid}`;
    const logger = typeof context === 'string' ? `,"context":${JSON.stringify(context)}` : '';
    this.destination.write(
      `{"level":"${level}"${time},${origin}${logger},${members},"msg":${JSON.stringify(message)}}\n`,
    );
  }
}

/**
 * Readable text from a package that only development installs. It is named, not imported, so that production does not
 * need it.
 */
function prettyStream(): DestinationStream | undefined {
  try {
    return transport({
      target: 'pino-pretty',
      options: { ignore: 'process,pid,context', messageFormat: '{if context}[{context}] {end}{msg}' },
    }) as DestinationStream;
  } catch {
    return undefined;
  }
}
