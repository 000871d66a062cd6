import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Actor, AuditedExecution } from '#libs/kernel';
import { UsersService } from '#libs/users';
import { DEMO_ACCOUNTS } from '../../apps/cli/src/accounts/demo-accounts.js';
import { DatabaseReader } from '../support/database-reader.js';
import { useApi } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';

const MAX_LINES = 150;
const PASSWORD = 'seven slow herons wade at dusk';
const hasTools = ['bash', 'curl'].every((tool) => spawnSync(tool, ['--version']).status === 0);
const readme = readFileSync('README.md', 'utf8');
const journey = /^## A journey$(.*?)^## /ms.exec(readme)?.[1] ?? '';

/** The fenced blocks of the journey in one language, in document order. */
const blocks = (language: string): string[] =>
  [...journey.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, fence, text = '']) =>
    fence === language ? [text] : [],
  );

/** What every shown response contains, without values that differ between runs. */
const shown = (): string[] =>
  blocks('')
    .join('')
    .split(/…|\n(?! )/)
    .map((piece) => piece.replace(/\n /g, ''))
    .filter((piece) => piece !== '');

describe('the README', () => {
  it(`has at most ${MAX_LINES} lines`, () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_LINES);
  });

  it('has no comments in commands to paste, since an interactive zsh runs them as commands', () => {
    expect(blocks('sh').length).toBeGreaterThan(3);
    expect(blocks('sh').join('')).not.toMatch(/(?:^|\s)#/m);
  });

  (hasTools ? describe : describe.skip)('in a terminal', () => {
    let folder: string;

    const api = useApi({ people: false });

    beforeAll(async () => {
      const users = api.app.get(UsersService, { strict: false });
      for (const account of DEMO_ACCOUNTS) {
        await api.app
          .get(AuditedExecution, { strict: false })
          .run('user.created', Actor.operator(), () => users.create({ ...account, password: PASSWORD }));
      }
      folder = mkdtempSync(join(tmpdir(), 'veritrail-readme-'));
      mkdirSync(join(folder, 'data'));
      writeFileSync(join(folder, 'data', 'demo-password'), PASSWORD);
    });

    afterwards(async () => {
      rmSync(folder, { recursive: true, force: true });
    });

    it('runs from top to bottom with the output that it shows', async () => {
      const script = blocks('sh').join('').replace('http://127.0.0.1:3000', api.url);
      expect(script).toContain(api.url);
      // Bash with a socket as its input takes itself for a remote shell and would read the interactive start-up files.
      const options = ['--norc', '-eu', '-o', 'pipefail', '-c', script];
      const { stdout, stderr } = await promisify(execFile)('bash', options, { cwd: folder });
      expect(stderr).toBe('');
      let rest = stdout;
      for (const piece of shown()) {
        expect(rest).toContain(piece);
        rest = rest.slice(rest.indexOf(piece) + piece.length);
      }
      const reader = await DatabaseReader.open(api.database);
      const entries = await reader.query(
        `SELECT action, outcome FROM audit.entries WHERE target_type = 'document' ORDER BY id`,
      );
      await reader.close();
      expect(entries).toEqual([
        { action: 'document.uploaded', outcome: 'succeeded' },
        { action: 'document.claimed', outcome: 'succeeded' },
        { action: 'document.content_read', outcome: 'succeeded' },
        { action: 'document.content_delivered', outcome: 'succeeded' },
        { action: 'document.verified', outcome: 'succeeded' },
        { action: 'document.rejected', outcome: 'failed' },
      ]);
    });
  });
});
