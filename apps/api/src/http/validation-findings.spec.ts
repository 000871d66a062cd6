import { IsDefined, ValidateNested, validateSync } from 'class-validator';
import { plainToInstance, Type } from 'class-transformer';
import { EnumSetField, TextField } from '#libs/http';
import { describeFindings, findUnsafeValues } from './validation-findings.js';

class Inner {
  @TextField({ description: '', max: 5 })
  name!: string;
}

class Outer {
  @TextField({ description: '', max: 5 })
  title!: string;

  @EnumSetField({ description: '', values: ['a', 'b'] })
  set!: string[];

  @IsDefined()
  @ValidateNested()
  @Type(() => Inner)
  inner!: Inner;
}

const describeFor = (value: object) =>
  describeFindings(
    validateSync(plainToInstance(Outer, value), { whitelist: true, forbidNonWhitelisted: true }),
    'body',
  );

describe('describeFindings', () => {
  it('points to invalid members at every depth, with the message of the rule', () => {
    const findings = describeFor({
      title: 'too long',
      set: ['a'],
      inner: { name: 'much too long', extra: 1 },
    });
    expect(findings).toEqual([
      { in: 'body', pointer: '/title', detail: 'must have at most 5 characters' },
      { in: 'body', pointer: '/inner/extra', detail: 'is not a known member' },
      { in: 'body', pointer: '/inner/name', detail: 'must have at most 5 characters' },
    ]);
  });

  it('reports one error for a member that is missing, empty or of the wrong type', () => {
    expect(describeFor({ title: '', set: 'a', inner: { name: 5 } })).toEqual([
      { in: 'body', pointer: '/title', detail: 'must not be empty' },
      { in: 'body', pointer: '/set', detail: 'must be an array' },
      { in: 'body', pointer: '/inner/name', detail: 'must be a string' },
    ]);
    expect(describeFor({})).toEqual(
      ['/title', '/set', '/inner'].map((pointer) => ({ in: 'body', pointer, detail: 'is required' })),
    );
  });

  it('lists the allowed values of an enumeration', () => {
    expect(describeFor({ title: 'x', set: ['c'], inner: { name: 'x' } })).toEqual([
      { in: 'body', pointer: '/set', detail: 'must contain only a, b' },
    ]);
  });

  it('never repeats a value from the request', () => {
    const findings = describeFor({ title: { secret: 'canary' }, set: ['canary'], inner: 'canary' });
    expect(findings.length).toBeGreaterThan(2);
    expect(JSON.stringify(findings)).not.toContain('canary');
  });

  it('points to the parent of a member whose name is too long', () => {
    const findings = describeFor({ title: 'x', set: ['a'], inner: { name: 'x', ['n'.repeat(500)]: 1 } });
    expect(findings).toEqual([{ in: 'body', pointer: '/inner', detail: 'is not a known member' }]);
  });
});

const pointers = (value: unknown): string[] => findUnsafeValues(value, 'body').map(({ pointer }) => pointer);

describe('findUnsafeValues', () => {
  it('finds text that cannot be stored, at every depth', () => {
    expect(pointers({ a: 'x\u0000', b: [{ c: '\ud800' }], d: 'fine' })).toEqual(['/a', '/b/0/c']);
    expect(pointers('\udfff')).toEqual(['']);
  });

  it('finds names that JavaScript reserves', () => {
    expect(pointers({ constructor: 1, a: { prototype: {} } })).toEqual(['/constructor', '/a/prototype']);
    expect(pointers(JSON.parse('{"a":{"__proto__":1}}'))).toEqual(['/a/__proto__']);
  });

  it('points to the parent of a member whose name cannot be stored', () => {
    expect(pointers({ a: { 'x\u0000': 1 }, '\ud800': 1 })).toEqual(['/a', '']);
  });

  it.each([null, undefined, 7, true, '', 'text', [], {}, { a: { b: [1, 'é', '👩‍👩‍👧'] } }])(
    'accepts %j',
    (value) => {
      expect(pointers(value)).toEqual([]);
    },
  );
});
