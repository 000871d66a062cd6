import { duringTests } from '../support/during-tests.js';
import { AS_SUPERUSER, UNSEEN_AS_SUPERUSER } from '../support/hostile/as-superuser.js';
import { type Attack, type Observation, Scene } from '../support/hostile/scene.js';
import {
  REMAINS_POSSIBLE,
  SEEN_IN_THE_LOG,
  WITH_APPLICATION_LOGIN,
} from '../support/hostile/with-application-login.js';

const table: string[] = [];

/** What is seen of an attack on an installation of its own, or on the given one, which a refused attack does not change. */
async function observe(login: string, attack: Attack, shared?: Scene): Promise<Observation> {
  const scene = shared ?? (await Scene.open());
  try {
    const seen = await scene.observe(attack);
    table.push(`| ${login} | ${attack.name} | ${seen.product} | ${seen.log} | ${seen.reconcile} |`);
    return seen;
  } finally {
    if (!shared) await scene.close();
  }
}

afterAll(() => {
  const head = '| login | attack | product | `log` | `reconcile` |\n|---|---|---|---|---|';
  process.stdout.write(`\n${head}\n${table.join('\n')}\n`);
});

const isUnseen = ({ product, log, reconcile }: Observation): boolean =>
  product === 'unseen' && log === '-' && reconcile === '-';

describe('an attacker with the application’s login', () => {
  const scene = duringTests(() => Scene.open());

  it.each(WITH_APPLICATION_LOGIN.map((attack) => [attack.name, attack] as const))(
    'cannot %s unseen',
    async (_, attack) => {
      const isRefused = attack.waitMs === undefined;
      const seen = await observe('application', attack, isRefused ? scene : undefined);
      expect(seen.product).toBe(isRefused ? 'refused' : 'seen');
    },
  );

  it.each(SEEN_IN_THE_LOG.map((attack) => [attack.name, attack] as const))(
    'cannot %s without a trace in the log',
    async (_, attack) => {
      // A reader of the served log sees it a moment later, when its checkpoint covers a later entry.
      expect((await observe('application', attack)).reconcile).toBe('broken');
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

  it.each(UNSEEN_AS_SUPERUSER.map((attack) => [attack.name, attack] as const))(
    'can %s, as docs/audit.md says',
    async (_, attack) => {
      expect(isUnseen(await observe('superuser', attack))).toBe(true);
    },
  );
});
