import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { useApi } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';
import { type LogArtefacts, makeArtefacts } from '../support/log-artefacts.js';
import { HandSealer } from '../support/seal-log.js';
import { unzip } from '../support/unzip.js';
import { verifier, type VerifierRun } from '../support/verifier.js';

const TOOLS = ['openssl', 'sha256sum', 'basenc'];
const missing = TOOLS.filter((tool) => spawnSync(tool, ['--help']).error);
if (missing.length > 0) process.stderr.write(`Skipped: checks with OpenSSL need ${missing.join(', ')}\n`);
const SCRIPTS = join(process.cwd(), 'test/openssl');
/** Each flip starts about a hundred processes. */
const FLIPS = Number(process.env['VERITRAIL_FLIPS'] ?? 40);

interface Verdict {
  readonly status: number;
  readonly said: string;
}

function run(command: string, args: readonly string[], cwd?: string): Promise<Verdict> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd }, (error, stdout, stderr) =>
      resolve({
        status: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        said: stdout + stderr,
      }),
    );
  });
}

const script = (name: string, ...args: string[]): Promise<Verdict> =>
  run('sh', [join(SCRIPTS, `verify-${name}.sh`), ...args]);

(missing.length > 0 ? describe.skip : describe)('verification with OpenSSL and coreutils alone', () => {
  let folder: string;
  let made: LogArtefacts;
  let other: LogArtefacts;

  const api = useApi();

  beforeAll(async () => {
    const sealer = await HandSealer.open(api.database.adminUrl);
    folder = mkdtempSync(join(tmpdir(), 'veritrail-openssl-'));
    other = await makeArtefacts(api, sealer, join(folder, 'other'));
    made = await makeArtefacts(api, sealer, join(folder, 'made'));
    await sealer.close();
  });

  afterwards(async () => {
    rmSync(folder, { recursive: true, force: true });
  });

  const checks = (): Record<string, (at: LogArtefacts) => Promise<Verdict>> => ({
    checkpoint: (at) => script('checkpoint', at.checkpoint, made.vkey),
    receipt: (at) => script('receipt', at.receipt, at.leaf, made.vkey),
    bundle: (at) => script('bundle', at.bundle, made.vkey),
  });

  /** The same checks by audit-verifier; for a checkpoint, the log of the server must be consistent with it. */
  const verified = (): Record<string, (at: LogArtefacts) => Promise<VerifierRun>> => ({
    checkpoint: (at) =>
      verifier('log', `${api.url}/tlog`, '--hashes-only', '--since', at.checkpoint, '--key', made.vkey),
    receipt: (at) => verifier('receipt', at.receipt, '--leaf', at.leaf, '--key', made.vkey),
    bundle: (at) => verifier('bundle', at.bundle, '--key', made.vkey),
    zip: (at) => verifier('bundle', at.zip, '--key', made.vkey),
  });

  it.each(['checkpoint', 'receipt', 'bundle'])('accepts a %s of the running API', async (what) => {
    const { status, said } = await checks()[what]!(made);
    expect(said).toMatch(/^sound: /);
    expect(status).toBe(0);
  });

  it.each(['checkpoint', 'receipt', 'bundle', 'zip'])('audit-verifier accepts a %s too', async (what) => {
    expect(await verified()[what]!(made)).toMatchObject({ code: 0, errors: '' });
  });

  it('accepts a bundle without the document', async () => {
    const { body } = await api
      .as('auditor')
      .get(`/v1/documents/${made.documentId}/evidence`)
      .responseType('blob');
    await unzip(body as Buffer, join(folder, 'auditor'));
    const bundle = join(folder, 'auditor', `evidence-${made.documentId}`);
    expect(await script('bundle', bundle, made.vkey)).toMatchObject({ status: 0 });
  });

  it('accepts nothing with a different key, and no receipt with a different leaf', async () => {
    const stranger = await HandSealer.open(api.database.adminUrl);
    await stranger.close();
    expect(await script('checkpoint', made.checkpoint, stranger.signer.verifier.vkey)).toEqual({
      status: 1,
      said: 'BROKEN: the checkpoint is not signed by the given key\n',
    });
    const swapped = await script('receipt', other.receipt, made.leaf, made.vkey);
    expect(swapped).toEqual({ status: 1, said: 'BROKEN: the leaf is not in the log of the checkpoint\n' });
  });

  it('the commands of VERIFY.md run unchanged and report success', async () => {
    const text = readFileSync(join(made.bundle, 'VERIFY.md'), 'utf8');
    const lines = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join('');
    expect(lines).not.toMatch(/(?:^|\s)#/m);
    for (const shell of ['sh', 'bash']) {
      const { status, said } = await run(shell, ['-euc', lines], made.bundle);
      expect(said).toContain(made.vkey);
      expect(said).toContain('files: as packed\n');
      expect(said).toContain('Signature Verified Successfully\n');
      expect(said).toMatch(/^leaves: +5 of \d+, all in the log$/m);
      expect(said).toContain('decision: one of the leaves\n');
      expect(said).toMatch(/^delivered: [0-9a-f]{64} to [0-9a-f-]{36}$/m);
      expect(said).toMatch(/^document: [0-9a-f]{64}, as decided about$/m);
      expect(status).toBe(0);
    }
  });

  it.each(['checkpoint', 'receipt', 'leaf'] as const)(
    'script and audit-verifier refuse a %s with any single flipped bit',
    async (what) => {
      const bytes = readFileSync(made[what]);
      const check = checks()[what === 'leaf' ? 'receipt' : what]!;
      const verify = verified()[what === 'leaf' ? 'receipt' : what]!;
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
          const place = join(folder, `flipped-${what}`);
          writeFileSync(place, flipped(bytes, bit));
          expect(await check({ ...made, [what]: place })).toMatchObject({
            status: 1,
            said: expect.stringMatching(/^BROKEN: /) as string,
          });
          expect(await verify({ ...made, [what]: place })).toMatchObject({ code: 1 });
        }),
        { numRuns: FLIPS, endOnFailure: true },
      );
    },
  );

  it('script and audit-verifier refuse a bundle with any single flipped bit in any file', async () => {
    const files = readdirSync(made.bundle, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(made.bundle.length + 1));
    expect(files).toHaveLength(12);
    const bundle = join(folder, 'flipped-bundle');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.nat(), async (file, any) => {
        rmSync(bundle, { recursive: true, force: true });
        cpSync(made.bundle, bundle, { recursive: true });
        const bytes = readFileSync(join(bundle, file));
        writeFileSync(join(bundle, file), flipped(bytes, any % (bytes.length * 8)));
        expect(await script('bundle', bundle, made.vkey)).toMatchObject({ status: 1 });
        expect(await verified()['bundle']!({ ...made, bundle })).toMatchObject({ code: 1 });
      }),
      { numRuns: FLIPS, endOnFailure: true },
    );
  });

  it('refuses a downloaded bundle with any single flipped bit, the ZIP structure included', async () => {
    const bytes = readFileSync(made.zip);
    const zip = join(folder, 'flipped.zip');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        writeFileSync(zip, flipped(bytes, bit));
        expect(await verified()['zip']!({ ...made, zip })).toMatchObject({ code: 1 });
      }),
      { numRuns: 10 * FLIPS, endOnFailure: true },
    );
  });

  it('refuses a bundle with changed files even if its manifests were recomputed', async () => {
    const bundle = join(folder, 'forged');
    cpSync(made.bundle, bundle, { recursive: true });
    const remake =
      'sha256sum data/* > manifest-sha256.txt && sha256sum VERIFY.md bag-info.txt bagit.txt manifest-sha256.txt > tagmanifest-sha256.txt';
    const forge = async (change: string): Promise<string> => {
      cpSync(made.bundle, bundle, { recursive: true, force: true });
      await run('sh', ['-c', `${change} && ${remake}`], bundle);
      return (await script('bundle', bundle, made.vkey)).said;
    };
    expect(await forge('printf x >> data/document.pdf')).toContain('is not what the decision is about');
    expect(await forge('head -n 2 data/leaves.jsonl > l && mv l data/leaves.jsonl')).toContain(
      'there are more proofs than leaves',
    );
    expect(await forge(`cp ${other.bundle}/data/decision.json data/`)).toContain('not in the log');
    expect(
      await forge(
        `head -n 3 data/leaves.jsonl > l && mv l data/leaves.jsonl && head -n 3 data/proofs.txt > p && mv p data/proofs.txt`,
      ),
    ).toContain('the decision is not among the leaves');
  });
});

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
