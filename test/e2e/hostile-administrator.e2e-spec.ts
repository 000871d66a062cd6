import { AS_SUPERUSER } from '../support/hostile/as-superuser.js';
import { type Attack, type Observation, Scene } from '../support/hostile/scene.js';
import { REMAINS_POSSIBLE, WITH_APPLICATION_LOGIN } from '../support/hostile/with-application-login.js';

const table: string[] = [];

async function observe(login: string, attack: Attack): Promise<Observation> {
  const scene = await Scene.open();
  try {
    const seen = await scene.observe(attack);
    table.push(`| ${login} | ${attack.name} | ${seen.product} | ${seen.log} | ${seen.reconcile} |`);
    return seen;
  } finally {
    await scene.close();
  }
}

afterAll(() => {
  const head = '| login | attack | product | `log` | `reconcile` |\n|---|---|---|---|---|';
  process.stdout.write(`\n${head}\n${table.join('\n')}\n`);
});

const isUnseen = ({ product, log, reconcile }: Observation): boolean =>
  product === 'unseen' && log === '-' && reconcile === '-';

describe('an attacker with the application’s login', () => {
  it.each(WITH_APPLICATION_LOGIN.map((attack) => [attack.name, attack] as const))(
    'cannot %s unseen',
    async (_, attack) => {
      const seen = await observe('application', attack);
      expect(seen.product).toMatch(/^(refused|repaired|seen)$/);
    },
  );

  it.each(REMAINS_POSSIBLE.map((attack) => [attack.name, attack] as const))(
    'can still %s, as docs/audit.md says',
    async (_, attack) => {
      expect(isUnseen(await observe('application', attack))).toBe(true);
    },
  );
});

describe('a superuser', () => {
  it.each(AS_SUPERUSER.map((attack) => [attack.name, attack] as const))(
    'cannot %s without a trace',
    async (_, attack) => {
      const seen = await observe('superuser', attack);
      expect({ isUnseen: isUnseen(seen), seen }).toMatchObject({ isUnseen: false });
    },
  );
});
