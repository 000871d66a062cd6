import { Logger } from '@nestjs/common';
import { withLogContext } from './log-context.js';
import { ProcessLogger } from './process-logger.js';
import { PreformattedLine } from './preformatted-line.js';

const lines: Array<Record<string, unknown>> = [];
const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
const create = (level: 'trace' | 'info') =>
  ProcessLogger.create({ log: { level, format: 'json' } }, 'test', destination);

beforeEach(() => lines.splice(0));
afterAll(() => Logger.overrideLogger(false));

describe('the log of a process', () => {
  it('separates the message, the context and the members', () => {
    create('info').log({ message: 'Hello', answer: 42 }, 'Somewhere');
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        process: 'test',
        msg: 'Hello',
        answer: 42,
        context: 'Somewhere',
      }),
    ]);
  });

  it('contains the id of the running request', async () => {
    const logger = create('info');
    await withLogContext({ requestId: 'r-1' }, async () => {
      await Promise.resolve();
      logger.log('within');
    });
    logger.log('without');
    expect(lines.map((line) => line['requestId'])).toEqual(['r-1', undefined]);
  });

  it('logs an error in each position in which Nest and this code pass it', () => {
    const logger = create('info');
    const error = new Error('outer', { cause: new TypeError('inner') });
    logger.error(error, 'A');
    logger.error('It broke', error, 'A');
    logger.error({ message: 'It broke', err: error }, 'A');
    logger.error('It broke', 'Error: at somewhere', 'A');
    for (const line of lines.slice(0, 3)) {
      expect(line['err']).toMatchObject({
        type: 'Error',
        message: 'outer',
        stack: expect.stringContaining('process-logger.spec') as unknown,
        cause: { type: 'TypeError', message: 'inner' },
      });
    }
    expect(lines[3]).toMatchObject({ msg: 'It broke', stack: 'Error: at somewhere', context: 'A' });
  });

  it('omits members of an error that may hold rows and parameters', () => {
    const error = Object.assign(new Error('duplicate key'), {
      code: '23505',
      constraint: 'uq_users_email',
      detail: 'Key (email)=(secret@example.com) already exists.',
      parameters: ['secret-hash'],
      query: 'INSERT …',
    });
    create('info').error({ message: 'It broke', err: error });
    expect(JSON.stringify(lines)).not.toMatch(/secret/);
    expect(lines[0]?.['err']).toMatchObject({ code: '23505', constraint: 'uq_users_email' });
  });

  it('redacts secrets in a line', () => {
    create('info').log({ message: 'oops', password: 'secret', body: { refreshToken: 'secret' } });
    expect(JSON.stringify(lines)).not.toMatch(/secret/);
  });

  it('writes a preformatted line like all others', () => {
    const logger = create('info');
    logger.log({ message: 'He said "hello"', status: 200 }, 'Access');
    logger.log(new PreformattedLine('He said "hello"', '"status":200'), 'Access');
    logger.debug(new PreformattedLine('not now', '"status":200'), 'Access');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toEqual({ ...lines[0], time: expect.any(String) as unknown });
  });

  it('never writes two lines for one message', () => {
    create('info').log(new PreformattedLine('first\n{"level":"fatal","msg":"forged"}', '"status":200'));
    expect(lines.splice(0)).toHaveLength(1);
    create('info').log('first\n{"level":"fatal","msg":"forged"}');
    expect(lines).toHaveLength(1);
  });

  it('logs framework start messages at debug level', () => {
    create('info').log('Mapped {/x, GET} route', 'RouterExplorer');
    create('info').error('connect ECONNREFUSED', 'Error: at …', 'ExceptionHandler');
    expect(lines).toEqual([]);
    create('trace').log('Mapped {/x, GET} route', 'RouterExplorer');
    create('trace').error('connect ECONNREFUSED', 'Error: at …', 'ExceptionHandler');
    expect(lines).toHaveLength(2);
  });
});
