import { type Role, ROLES } from '#libs/kernel';
import { useApi } from '../support/describe-api.js';
import { ATTEMPTS, verdictOf } from '../support/roles/attempts.js';
import { type Cell, PUBLIC, ROLE_MATRIX } from '../support/roles/role-matrix.js';
import { type Whose, RoleFixture } from '../support/roles/role-fixture.js';
import { StatementLog } from '../support/statement-log.js';
import { STATEMENT_COUNTS } from '../support/statement-counts.js';

/** The kind of object on which an actor with such a cell succeeds. */
const SUCCEEDS: Readonly<Record<Exclude<Cell, 'no'>, Whose>> = {
  yes: 'foreign',
  own: 'own',
  mine: 'own',
  others: 'foreign',
  accounts: 'account',
};

describe('the statements of an operation', () => {
  let fixture: RoleFixture;
  let log: StatementLog;
  const api = useApi({ environment: { SELF_REGISTRATION: 'true' } });

  beforeAll(async () => {
    log = StatementLog.of(api.app);
    fixture = await RoleFixture.make(api);
  });

  it('are counted for every operation', () => {
    expect(Object.keys(STATEMENT_COUNTS).sort()).toEqual([...ROLE_MATRIX.keys()].sort());
  });

  it.each([...ROLE_MATRIX])('of %s are as many as the table says', async (operation, cells) => {
    const [actor, whose] = permittedActor(cells);
    const response = await ATTEMPTS[operation]!(fixture, actor ? api.as(actor) : api.anonymous, whose);
    expect(verdictOf(response)).toBe('success');
    const statements = log.during(String(response.headers['x-request-id'])).map(({ text }) => outline(text));
    const most = STATEMENT_COUNTS[operation]!;
    // The whole list, so that a failure shows the new statement.
    expect(statements.length > most ? statements : []).toEqual([]);
  });
});

function permittedActor(
  cells: typeof ROLE_MATRIX extends ReadonlyMap<string, infer C> ? C : never,
): [Role | null, Whose] {
  if (cells === PUBLIC) return [null, 'foreign'];
  for (const role of ROLES) {
    const cell = cells[role];
    if (cell !== 'no') return [role, SUCCEEDS[cell]];
  }
  throw new Error('No role may do this');
}

/** The beginning of a statement, enough to identify it. */
function outline(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 70);
}
