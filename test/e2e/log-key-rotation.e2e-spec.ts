import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NoteSigner } from '#libs/tlog';
import { useApi } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';
import { newLogKey } from '../support/edge.js';
import { bytesOf, decidedDocument } from '../support/log-artefacts.js';
import { sealAll, SealingWorld, sequencerOf } from '../support/sealing.js';
import { verifier, type VerifierRun } from '../support/verifier.js';

const ORIGIN = 'log.example.com/test';
const PEM = { a: newLogKey(), b: newLogKey(), stranger: newLogKey() };
type Key = keyof typeof PEM;
const vkeyOf = (key: Key): string => NoteSigner.fromPem(ORIGIN, PEM[key]).verifier.vkey;
const idOf = (key: Key): string => NoteSigner.fromPem(ORIGIN, PEM[key]).verifier.id.toString('hex');

/** The steps of a rotation, as docs/operations.md has them: who signs, and what an operator sets for that. */
const STEPS: ReadonlyArray<{ signers: readonly Key[]; variables: Record<string, string> }> = [
  { signers: ['a'], variables: { LOG_SIGNING_KEY: PEM.a } },
  { signers: ['a', 'b'], variables: { LOG_SIGNING_KEY: PEM.a, LOG_ADDITIONAL_SIGNING_KEYS: PEM.b } },
  { signers: ['b', 'a'], variables: { LOG_SIGNING_KEY: PEM.b, LOG_ADDITIONAL_SIGNING_KEYS: PEM.a } },
  { signers: ['b'], variables: { LOG_SIGNING_KEY: PEM.b } },
];
/** Who holds which verifier keys. */
const HOLDERS: ReadonlyArray<{ who: string; keys: readonly Key[] }> = [
  { who: 'the old key', keys: ['a'] },
  { who: 'the new key', keys: ['b'] },
  { who: 'both keys', keys: ['a', 'b'] },
  { who: 'the key of another log', keys: ['stranger'] },
];

interface Step {
  readonly signers: readonly Key[];
  /** Of a decision that was made and sealed in this step. */
  readonly receipt: string;
  readonly leaf: string;
  readonly checkpoint: string;
  /** What `/tlog/vkey` said then. */
  readonly published: string;
  /** What the verifier said of the running server then, by the keys in hand. */
  readonly runs: ReadonlyMap<string, VerifierRun>;
}

const folder = mkdtempSync(join(tmpdir(), 'veritrail-rotation-'));
const steps: Step[] = [];
let world: SealingWorld;

const given = (keys: readonly Key[]): string[] => keys.flatMap((key) => ['--key', vkeyOf(key)]);

function keep(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function take(at: number): Promise<Step> {
  const { signers, variables } = STEPS[at]!;
  const { id, decision } = await decidedDocument(api);
  // The workers of the step before have ended, and these have other keys.
  await sealAll(sequencerOf(await world.process(variables)));
  await world.close();
  // The API no longer remembers an older checkpoint.
  await sleep(300);
  const path = `/v1/documents/${id}/decisions/${decision!.id}`;
  const receipt = await bytesOf(api.as('user'), `${path}/receipt`);
  const runs = new Map<string, VerifierRun>();
  for (const { who, keys } of HOLDERS) {
    runs.set(who, await verifier('log', `${api.url}/tlog`, '--hashes-only', ...given(keys)));
  }
  return {
    signers,
    receipt: keep(`receipt-${at}`, receipt),
    leaf: keep(`leaf-${at}`, await bytesOf(api.as('user'), `${path}/leaf`)),
    checkpoint: keep(`checkpoint-${at}`, await bytesOf(api.anonymous, '/tlog/checkpoint')),
    published: (await api.anonymous.get('/tlog/vkey').expect(200)).text,
    runs,
  };
}

const api = useApi();

beforeAll(async () => {
  world = new SealingWorld(api.database.url);
  for (const at of STEPS.keys()) steps.push(await take(at));
});

afterwards(async () => {
  await world?.close();
  rmSync(folder, { recursive: true });
});

/** What is promised of something that `signers` signed to somebody who holds these keys. */
function promised(signers: readonly Key[], held: readonly Key[]): object {
  if (signers.some((key) => held.includes(key))) return { code: 0, errors: '' };
  const by = signers.map((key) => `${ORIGIN} (${idOf(key)})`).join(', ');
  return {
    code: 1,
    errors: expect.stringContaining(`it is not signed by any of the given keys, but by ${by}`),
  };
}

describe.each(STEPS.map(({ signers }, at) => ({ at, name: signers.join(' and ') })))(
  'when $name sign (step $at)',
  ({ at }) => {
    const step = (): Step => steps[at]!;

    it.each(HOLDERS)('the log is sound for $who, or refused by the name of who signed', ({ who, keys }) => {
      expect(step().runs.get(who)).toMatchObject(promised(step().signers, keys));
    });

    it.each(HOLDERS)('so is a receipt of that time for ever: with $who', async ({ keys }) => {
      const run = await verifier('receipt', step().receipt, '--leaf', step().leaf, ...given(keys));
      expect(run).toMatchObject(promised(step().signers, keys));
    });

    it.each(HOLDERS)('and so is it for OpenSSL alone: with $who', ({ keys }) => {
      const verdicts = keys.map((key) => {
        const script = ['test/openssl/verify-receipt.sh', step().receipt, step().leaf, vkeyOf(key)];
        return spawnSync('sh', script).status;
      });
      expect(verdicts).toEqual(keys.map((key) => (step().signers.includes(key) ? 0 : 1)));
    });

    it('the server names every key that ever signed, the newest first', () => {
      const used = at === 0 ? [vkeyOf('a')] : [vkeyOf('b'), vkeyOf('a')];
      expect(step().published).toBe(used.map((vkey) => `${vkey}\n`).join(''));
    });
  },
);

describe('a checkpoint that was kept from before the rotation', () => {
  const since = (...keys: Key[]): Promise<VerifierRun> =>
    verifier('log', `${api.url}/tlog`, '--hashes-only', '--since', steps[0]!.checkpoint, ...given(keys));

  it('is continued by the log, for whoever holds both keys', async () => {
    expect(await since('a', 'b')).toMatchObject({ code: 0, errors: '' });
  });

  it('cannot be believed by whoever holds the new key only', async () => {
    expect(await since('b')).toMatchObject({ code: 1, errors: expect.stringContaining(`(${idOf('a')})`) });
  });
});

describe('a log that is signed with the key of somebody else', () => {
  it('is refused by whoever checks it with the right ones', async () => {
    const { id, decision } = await decidedDocument(api);
    await sealAll(sequencerOf(await world.process({ LOG_SIGNING_KEY: PEM.stranger })));
    const path = `/v1/documents/${id}/decisions/${decision!.id}`;
    const receipt = keep('receipt-stranger', await bytesOf(api.as('user'), `${path}/receipt`));
    const leaf = keep('leaf-stranger', await bytesOf(api.as('user'), `${path}/leaf`));
    expect(await verifier('receipt', receipt, '--leaf', leaf, ...given(['a', 'b']))).toMatchObject(
      promised(['stranger'], ['a', 'b']),
    );
  });
});
