import { BadRequestError, type ErrorClass } from '#libs/kernel';
import { type ModuleDeclaration } from './module-declaration.js';
import { faultsOf } from './product-faults.js';

const NOTES: ModuleDeclaration = {
  name: 'notes',
  schema: 'notes',
  recordedTables: ['notes.notes'],
  tags: [{ name: 'Notes', description: 'Notes.' }],
  permissions: { 'note:write': { target: null } },
  auditActions: { 'note.written': 'A note was written.' },
  auditTargets: ['note'],
  problems: [BadRequestError],
};
const GRANTS = { user: { 'note:write': 'own' } };

const faults = (part: object, ...others: ModuleDeclaration[]): string[] =>
  faultsOf([{ ...NOTES, ...part }, ...others], GRANTS);

describe('the declarations of the modules', () => {
  it('are complete', () => {
    expect(faults({})).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'a permission in the roles that no module declares',
      { permissions: {} },
      'libs/kernel/src/access/roles.ts grants the permission note:write, which no module in libs/modules/src/index.ts declares',
    ],
    [
      'a permission that no role has',
      { permissions: { ...NOTES.permissions, 'note:read': { target: null } } },
      'libs/notes declares the permission note:read, but libs/kernel/src/access/roles.ts grants it to no role',
    ],
    [
      'a permission without a target',
      { permissions: { 'note:write': {} } },
      'libs/notes does not say which `target` a route with the permission note:write is about',
    ],
    [
      'a permission whose target no module declares',
      { permissions: { 'note:write': { target: 'page' } } },
      'libs/notes names the target page for note:write, but no module declares it in `auditTargets`',
    ],
    [
      'a problem that is audited as what no module declares',
      { problems: [{ code: 'X', auditedAs: 'note.torn' } as unknown as ErrorClass] },
      'libs/notes: the problem X is audited as note.torn, which no module declares in `auditActions`',
    ],
    [
      'a recorded table outside the schema',
      { recordedTables: ['users.users'] },
      'libs/notes declares the recorded table users.users outside its schema notes',
    ],
    [
      'a recorded table of a module without a schema',
      { schema: undefined },
      'libs/notes declares the recorded table notes.notes, but no `schema`',
    ],
  ])('name %s', (_, part, fault) => {
    expect(faults(part)).toEqual([fault]);
  });

  it('name everything that two modules declare', () => {
    expect(faults({}, { ...NOTES, name: 'pages', recordedTables: [] })).toEqual(
      [
        'schema notes',
        'permission note:write',
        'audit action note.written',
        'audit target note',
        'tag Notes',
        `problem code ${BadRequestError.code}`,
      ].map((part) => `The ${part} is declared by libs/notes and by libs/pages: rename one`),
    );
  });
});
