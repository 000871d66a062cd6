import { hash } from '@node-rs/argon2';
import { HashingQueue } from './hashing-queue.js';
import { PasswordHashCost } from './password-hash-cost.js';
import { PasswordHasher } from './password-hasher.js';
import { type AuthConfiguration } from '../auth.configuration.js';

async function startedHasher(): Promise<PasswordHasher> {
  const queue = new HashingQueue({ accounts: { concurrentHashes: 2 } } as AuthConfiguration);
  const hasher = new PasswordHasher(queue, new PasswordHashCost());
  await hasher.onModuleInit();
  return hasher;
}

describe('PasswordHasher', () => {
  it('hashes with argon2id and the parameters of the policy, salted', async () => {
    const hasher = await startedHasher();
    const [one, two] = await Promise.all([
      hasher.hash('seven slow herons'),
      hasher.hash('seven slow herons'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  it.each([64, 100, 127, 128])('distinguishes passwords of %i characters by the last one', async (length) => {
    const hasher = await startedHasher();
    const stored = await hasher.hash(`${'p'.repeat(length - 1)}a`);
    await expect(hasher.verify(stored, `${'p'.repeat(length - 1)}a`)).resolves.toBe(true);
    await expect(hasher.verify(stored, `${'p'.repeat(length - 1)}b`)).resolves.toBe(false);
  });

  it.each([
    ['a trailing space', 'seven slow herons ', 'seven slow herons'],
    ['a leading space', ' seven slow herons', 'seven slow herons'],
    ['another Unicode form', 'caf\u00e9 caf\u00e9 caf\u00e9', 'cafe\u0301 cafe\u0301 cafe\u0301'],
    ['another case', 'Seven Slow Herons', 'seven slow herons'],
  ])('compares the exact bytes: %s counts', async (_name, chosen, typed) => {
    const hasher = await startedHasher();
    const stored = await hasher.hash(chosen);
    await expect(hasher.verify(stored, typed)).resolves.toBe(false);
    await expect(hasher.verify(stored, chosen)).resolves.toBe(true);
  });

  it('never matches without a stored hash or with a password over the limits', async () => {
    const hasher = await startedHasher();
    const replacement = await hasher.hash('seven slow herons \ufffd wade');
    await expect(hasher.verify(null, 'seven slow herons')).resolves.toBe(false);
    await expect(hasher.verify(replacement, 'seven slow herons \ud800 wade')).resolves.toBe(false);
    await expect(hasher.verify(await hasher.hash('over the limits'), 'x'.repeat(129))).resolves.toBe(false);
  });

  it('reports a hash with weaker parameters as outdated', async () => {
    const hasher = await startedHasher();
    expect(hasher.isOutdated(await hasher.hash('seven slow herons'))).toBe(false);
    const weaker = { memoryCost: 12_288, timeCost: 2, parallelism: 1 };
    expect(hasher.isOutdated(await hash('seven slow herons', weaker))).toBe(true);
    expect(hasher.isOutdated(await hash('seven slow herons', { algorithm: 1 }))).toBe(true);
  });
});
