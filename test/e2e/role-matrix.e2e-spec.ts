import { type Role, ROLES } from '#libs/kernel';
import { operationsOf } from '../../apps/api/src/openapi/operations.js';
import { useApi } from '../support/describe-api.js';
import { ATTEMPTS, type Verdict, verdictOf } from '../support/roles/attempts.js';
import { type Cell, PUBLIC, ROLE_MATRIX } from '../support/roles/role-matrix.js';
import { type Whose, RoleFixture } from '../support/roles/role-fixture.js';

/** The expected result of a cell, for each kind of object that an operation is tried on. */
const MEANING: Readonly<Record<Cell, ReadonlyArray<readonly [Whose, Verdict]>>> = {
  yes: [['foreign', 'success']],
  own: [
    ['own', 'success'],
    ['foreign', 'hidden'],
  ],
  mine: [
    ['own', 'success'],
    ['foreign', 'refused'],
  ],
  others: [
    ['own', 'refused'],
    ['foreign', 'success'],
  ],
  accounts: [
    ['account', 'success'],
    ['foreign', 'hidden'],
  ],
  no: [['foreign', 'forbidden']],
};

describe('the role matrix', () => {
  let fixture: RoleFixture;
  const api = useApi({ environment: { SELF_REGISTRATION: 'true' } });

  beforeAll(async () => {
    fixture = await RoleFixture.make(api);
  });

  it('has a row for every operation of the contract, and an attempt for every row', () => {
    const operations = operationsOf(api.document).map(({ operation }) => operation.operationId);
    expect([...ROLE_MATRIX.keys()].sort()).toEqual(operations.sort());
    expect(Object.keys(ATTEMPTS).sort()).toEqual([...ROLE_MATRIX.keys()].sort());
  });

  describe.each([...ROLE_MATRIX])('%s', (operation, cells) => {
    const attempt = async (role: Role | null, whose: Whose): Promise<Verdict> => {
      const actor = role ? api.as(role) : api.anonymous;
      return verdictOf(await ATTEMPTS[operation]!(fixture, actor, whose));
    };

    it(`answers an anonymous client with ${cells === PUBLIC ? 'success' : '401'}`, async () => {
      expect(await attempt(null, 'foreign')).toBe(cells === PUBLIC ? 'success' : 'unauthenticated');
    });

    it.each(ROLES.map((role) => [role, cells === PUBLIC ? 'yes' : cells[role]] as const))(
      'answers the role %s with %s',
      async (role, cell) => {
        for (const [whose, verdict] of MEANING[cell]) {
          expect([whose, await attempt(role, whose)]).toEqual([whose, verdict]);
        }
      },
    );
  });
});
