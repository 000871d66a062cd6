import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenAPIObject } from '@nestjs/swagger';
import { newLogKey } from '../support/edge.js';
import { EDITS, LONGEST_MS, ProductWithExample } from '../support/example-module.js';
import { useClient } from '../support/describe-api.js';
import { duringTests } from '../support/during-tests.js';
import { createDatabaseWithPeople } from '../support/people.js';
import { testEnvironment } from '../support/test-environment.js';
import { unlistedIn } from '../walls/listing-rules.js';
import { sourcesOf } from '../walls/walls.js';

const API = 'apps/api/src/main.ts';
const CONTRACT = 'apps/api/src/openapi/write-contract.ts';
const DECLARATION = 'libs/notes/src/notes.declaration.ts';

const product = duringTests(
  async () => new ProductWithExample(),
  async (copy) => copy.remove(),
);
const populated = duringTests(createDatabaseWithPeople, ({ database }) => database.drop());
const owner = useClient(() => populated.database.ownerUrl);

const environment = (): NodeJS.ProcessEnv => ({
  ...testEnvironment(),
  PORT: '0',
  DATABASE_URL: populated.database.url,
  MIGRATION_DATABASE_URL: populated.database.ownerUrl,
  DATA_DIR: join(product.root, 'data'),
  LOG_SIGNING_KEY: newLogKey(),
  WORKER_IN_PROCESS: 'true',
});

describe('a module that is added to the product', () => {
  it('touches at most five lines outside its folder and its migration', () => {
    expect(EDITS.elsewhere.length).toBeLessThanOrEqual(5);
    expect(EDITS.elsewhere.filter(({ line }) => line.includes('\n'))).toEqual([]);
  });

  it('is the same as in docs/adding-a-module.md', () => {
    const page = readFileSync('docs/adding-a-module.md', 'utf8');
    const sources = ['libs/notes/src/notes.declaration.ts', 'libs/notes/src/count-notes.job.ts'].map((file) =>
      readFileSync(`test/fixtures/example-module/${file}`, 'utf8'),
    );
    const lines = EDITS.elsewhere.map(({ line }) => line);
    const blocks = [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, block = '']) => block);
    expect(blocks.filter((block) => !sources.includes(block))).toEqual([]);
    expect(lines.filter((line) => !page.includes(line.trim()))).toEqual([]);
    expect(page.split('\n').length).toBeLessThanOrEqual(81);
  });

  it(
    'has no type error',
    async () => {
      expect(await product.checkTypes()).toEqual({ exitCode: 0, errors: '' });
    },
    LONGEST_MS,
  );

  it(
    'appears in the role matrix, and answers each role as its row says',
    async () => {
      const { exitCode, errors } = await product.checkRoles('writeNote');
      expect(errors).toMatch(/Tests:.* 7 passed/);
      expect(exitCode).toBe(0);
    },
    LONGEST_MS,
  );

  it('appears in the contract', async () => {
    expect(await product.run(CONTRACT, environment())).toMatchObject({ errors: '' });
    const text = readFileSync(join(product.root, 'openapi.json'), 'utf8');
    const document = JSON.parse(text) as OpenAPIObject;
    expect(document.paths['/v1/notes']?.post).toMatchObject({
      operationId: 'writeNote',
      tags: ['Notes'],
      'x-required-permission': 'note:write',
    });
    expect(document.tags?.map(({ name }) => name)).toContain('Notes');
    expect(text).toContain('"note.written"');
  });

  it('has its variable reported together with the others', async () => {
    const { exitCode, errors } = await product.run(API, {
      ...environment(),
      PORT: '99999',
      NOTE_MAX_LENGTH: '0',
    });
    expect(exitCode).toBe(78);
    expect(errors).toContain('PORT must be a whole number from 0 to 65535');
    expect(errors).toContain('NOTE_MAX_LENGTH must be a whole number from 1 to 1000');
  });

  it('serves its endpoint, and its job and metric work', async () => {
    const migrated = await product.run('apps/cli/src/main.ts', environment(), ['migrate']);
    expect(migrated).toMatchObject({ exitCode: 0 });
    const { url, stop } = await product.serve(environment());
    try {
      const post = async (path: string, body: object, token = ''): Promise<Response> =>
        fetch(url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token ? { authorization: token } : {}) },
          body: JSON.stringify(body),
        });
      const tokens = new Map<string, string>();
      const expected = EDITS.roleMatrix[0]?.line.trim().split(/\s+/).slice(1);
      const found: string[] = [];
      for (const { email, password, roles } of populated.people) {
        const login = await post('/v1/auth/login', { email, password });
        const { accessToken } = (await login.json()) as { accessToken: string };
        tokens.set(roles[0] ?? '', `Bearer ${accessToken}`);
        const { status } = await post('/v1/notes', { text: 'Call the bank' }, `Bearer ${accessToken}`);
        found.push(status === 201 ? 'yes' : status === 403 ? 'no' : String(status));
      }
      expect(found).toEqual(expected);
      const tooLong = await post('/v1/notes', { text: 'x'.repeat(101) }, tokens.get('user'));
      expect(await tooLong.json()).toMatchObject({ status: 409, code: 'NOTE_TOO_LONG' });
      expect((await fetch(`${url}/problems/note-too-long`)).status).toBe(200);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toContain('veritrail_notes_written_total 3');
      expect(metrics).toContain('veritrail_job_leading{job="notes.count"}');
      const { rows } = await owner.query(
        `SELECT n.text, e.action, e.outcome FROM notes.notes n
         JOIN audit.entries e ON e.target_type = 'note' AND e.target_id = n.id::text`,
      );
      expect(rows).toHaveLength(3);
      expect(rows[0]).toEqual({ text: 'Call the bank', action: 'note.written', outcome: 'succeeded' });
    } finally {
      await stop();
    }
    await expect(
      owner.query(`INSERT INTO notes.notes VALUES (gen_random_uuid(), 'without an entry')`),
    ).rejects.toMatchObject({ code: '23000' });
  });
});

describe('the product reports a module without', () => {
  const permission = `const PERMISSIONS = { 'note:write': { target: 'note' } } as const;`;

  it.each<[string, string, string, string, string, string?]>([
    [
      'the grant in roles.ts',
      'libs/kernel/src/access/roles.ts',
      `  'note:write': 'own',\n`,
      '',
      'libs/notes declares the permission note:write, but libs/kernel/src/access/roles.ts grants it to no role',
    ],
    [
      'its line in the list of modules',
      'libs/modules/src/index.ts',
      '  NOTES,\n',
      '',
      'libs/kernel/src/access/roles.ts grants the permission note:write, which no module in libs/modules/src/index.ts declares',
    ],
    [
      'the target of its permission',
      DECLARATION,
      permission,
      `const PERMISSIONS = { 'note:write': {} };`,
      'libs/notes does not say which `target` a route with the permission note:write is about',
    ],
    [
      'its audit target',
      DECLARATION,
      '  auditTargets: AUDIT_TARGETS,\n',
      '',
      'libs/notes names the target note for note:write, but no module declares it in `auditTargets`',
    ],
    [
      'its audit action',
      DECLARATION,
      '  auditActions: AUDIT_ACTIONS,\n',
      '',
      '(NotesController.write) is audited as note.written, which no module declares in `auditActions`',
    ],
    [
      'its problem',
      DECLARATION,
      '  problems: [NoteTooLongError],\n',
      '',
      '(NotesController.write) can answer NOTE_TOO_LONG, which no module declares in `problems`',
    ],
    [
      'its tag',
      DECLARATION,
      `  tags: [{ name: 'Notes', description: 'Short notes.' }],\n`,
      '',
      'writeNote has the tag Notes, which no module declares in `tags`',
      CONTRACT,
    ],
    [
      'its variables',
      DECLARATION,
      '  configuration: configurationSection(',
      '  ...configurationSection(',
      'NotesConfiguration',
    ],
  ])('%s', async (_, file, text, by, message, program = API) => {
    const restore = product.replace(file, text, by);
    try {
      const { exitCode, errors } = await product.run(program, environment());
      expect(errors).toContain(message);
      expect(exitCode).toBe(1);
    } finally {
      restore();
    }
  });

  it.each([
    [
      'its line in the list of migrations',
      'migrations/all.ts',
      EDITS.elsewhere.find(({ file }) => file === 'migrations/all.ts')?.line ?? '',
      'migrations/1763700000001-notes.ts is not exported by migrations/all.ts',
    ],
    [
      'its job among the providers',
      'libs/notes/src/notes.module.ts',
      'CountNotesJob, ',
      'libs/notes/src/count-notes.job.ts CountNotesJob is in no Nest module of libs/notes',
    ],
  ])('%s', (_, file, text, message) => {
    const violations = () => unlistedIn(sourcesOf(product.root)).map((one) => `${one.file} ${one.detail}`);
    expect(violations()).toEqual([]);
    const restore = product.replace(file, text, '');
    expect(violations()).toEqual([message]);
    restore();
  });

  it('the trigger of its table', async () => {
    await owner.query('ALTER TABLE notes.notes DISABLE TRIGGER tr_notes_recorded');
    const { exitCode, errors } = await product.run(API, environment());
    expect(errors).toContain(
      'libs/notes declares the recorded table notes.notes, but the table has no constraint trigger that calls audit.require_entry: add it in the migration',
    );
    expect(exitCode).toBe(1);
  });
});
