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
import { sealAll, SealingHarness, sequencerOf } from '../support/sealing.js';
import { verifier, type VerifierRun } from '../support/verifier.js';

const ORIGIN = 'log.example.com/test';
const PEM = { a: newLogKey(), b: newLogKey(), stranger: newLogKey() };
type Key = keyof typeof PEM;
const vkeyOf = (key: Key): string => NoteSigner.fromPem(ORIGIN, PEM[key]).verifier.vkey;
const idOf = (key: Key): string => NoteSigner.fromPem(ORIGIN, PEM[key]).verifier.id.toString('hex');

/** The steps of a key rotation in docs/operations.md: the signers, and the variables that an operator sets. */
const STEPS: ReadonlyArray<{ signers: readonly Key[]; variables: Record<string, string> }> = [
  { signers: ['a'], variables: { LOG_SIGNING_KEY: PEM.a } },
  { signers: ['a', 'b'], variables: { LOG_SIGNING_KEY: PEM.a, LOG_ADDITIONAL_SIGNING_KEYS: PEM.b } },
  { signers: ['b', 'a'], variables: { LOG_SIGNING_KEY: PEM.b, LOG_ADDITIONAL_SIGNING_KEYS: PEM.a } },
  { signers: ['b'], variables: { LOG_SIGNING_KEY: PEM.b } },
];
/** Checkers, and the verifier keys that each of them trusts. */
const CHECKERS: ReadonlyArray<{ who: string; keys: readonly Key[] }> = [
  { who: 'the old key', keys: ['a'] },
  { who: 'the new key', keys: ['b'] },
  { who: 'both keys', keys: ['a', 'b'] },
  { who: 'the key of another log', keys: ['stranger'] },
];

interface Step {
  readonly signers: readonly Key[];
  /** The receipt of a decision that was made and sealed in this step. */
  readonly receipt: string;
  readonly leaf: string;
  readonly checkpoint: string;
  /** The response of `/tlog/vkey` in this step. */
  readonly published: string;
  /** The verifier's result on the running server in this step, by checker. */
  readonly runs: ReadonlyMap<string, VerifierRun>;
}

const folder = mkdtempSync(join(tmpdir(), 'veritrail-rotation-'));
const steps: Step[] = [];
let harness: SealingHarness;

const keyOptions = (keys: readonly Key[]): string[] => keys.flatMap((key) => ['--key', vkeyOf(key)]);

function writeArtefact(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function runStep(at: number): Promise<Step> {
  const { signers, variables } = STEPS[at]!;
  const { id, decision } = await decidedDocument(api);
  // The workers of the previous step have ended; the new ones have other keys.
  await sealAll(sequencerOf(await harness.process(variables)));
  await harness.close();
  // The API's cached checkpoint has expired.
  await sleep(300);
  const path = `/v1/documents/${id}/decisions/${decision!.id}`;
  const receipt = await bytesOf(api.as('user'), `${path}/receipt`);
  const runs = new Map<string, VerifierRun>();
  for (const { who, keys } of CHECKERS) {
    runs.set(who, await verifier('log', `${api.url}/tlog`, '--hashes-only', ...keyOptions(keys)));
  }
  return {
    signers,
    receipt: writeArtefact(`receipt-${at}`, receipt),
    leaf: writeArtefact(`leaf-${at}`, await bytesOf(api.as('user'), `${path}/leaf`)),
    checkpoint: writeArtefact(`checkpoint-${at}`, await bytesOf(api.anonymous, '/tlog/checkpoint')),
    published: (await api.anonymous.get('/tlog/vkey').expect(200)).text,
    runs,
  };
}

const api = useApi();

beforeAll(async () => {
  harness = new SealingHarness(api.database.url);
  for (const at of STEPS.keys()) steps.push(await runStep(at));
});

afterwards(async () => {
  await harness?.close();
  rmSync(folder, { recursive: true });
});

/** The expected result of checking what `signers` signed with the trusted keys `held`. */
function expectedRun(signers: readonly Key[], held: readonly Key[]): object {
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

    it.each(CHECKERS)('the verifier accepts the log with $who, or names the signers', ({ who, keys }) => {
      expect(step().runs.get(who)).toMatchObject(expectedRun(step().signers, keys));
    });

    it.each(CHECKERS)(
      'the verifier treats a receipt of this step in the same way after the rotation, with $who',
      async ({ keys }) => {
        const run = await verifier('receipt', step().receipt, '--leaf', step().leaf, ...keyOptions(keys));
        expect(run).toMatchObject(expectedRun(step().signers, keys));
      },
    );

    it.each(CHECKERS)('OpenSSL treats the receipt in the same way, with $who', ({ keys }) => {
      const verdicts = keys.map((key) => {
        const script = ['test/openssl/verify-receipt.sh', step().receipt, step().leaf, vkeyOf(key)];
        return spawnSync('sh', script).status;
      });
      expect(verdicts).toEqual(keys.map((key) => (step().signers.includes(key) ? 0 : 1)));
    });

    it('the server lists every key that has ever signed, newest first', () => {
      const used = at === 0 ? [vkeyOf('a')] : [vkeyOf('b'), vkeyOf('a')];
      expect(step().published).toBe(used.map((vkey) => `${vkey}\n`).join(''));
    });
  },
);

describe('a checkpoint from before the rotation', () => {
  const since = (...keys: Key[]): Promise<VerifierRun> =>
    verifier('log', `${api.url}/tlog`, '--hashes-only', '--since', steps[0]!.checkpoint, ...keyOptions(keys));

  it('is consistent with the log for a checker with both keys', async () => {
    expect(await since('a', 'b')).toMatchObject({ code: 0, errors: '' });
  });

  it('is refused by a checker with the new key only', async () => {
    expect(await since('b')).toMatchObject({ code: 1, errors: expect.stringContaining(`(${idOf('a')})`) });
  });
});

describe('a log that is signed with a stranger’s key', () => {
  it('is refused by a checker with the right keys', async () => {
    const { id, decision } = await decidedDocument(api);
    await sealAll(sequencerOf(await harness.process({ LOG_SIGNING_KEY: PEM.stranger })));
    const path = `/v1/documents/${id}/decisions/${decision!.id}`;
    const receipt = writeArtefact('receipt-stranger', await bytesOf(api.as('user'), `${path}/receipt`));
    const leaf = writeArtefact('leaf-stranger', await bytesOf(api.as('user'), `${path}/leaf`));
    expect(await verifier('receipt', receipt, '--leaf', leaf, ...keyOptions(['a', 'b']))).toMatchObject(
      expectedRun(['stranger'], ['a', 'b']),
    );
  });
});
