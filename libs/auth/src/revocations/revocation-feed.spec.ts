import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type UnitOfWork } from '#libs/postgres';
import { LEASE_MS, RevocationFeed } from './revocation-feed.js';
import { type RevocationsRepository, type CommittedRevocations } from './revocations.repository.js';

beforeAll(() => Logger.overrideLogger(false));

/** A feed that polls `answers`. */
function feeding(answers: (since: bigint) => Promise<CommittedRevocations>) {
  const forgotten: Array<readonly string[] | 'everything'> = [];
  const asked: bigint[] = [];
  const repository = {
    committedSince: (since: bigint) => {
      asked.push(since);
      return answers(since);
    },
  } as unknown as RevocationsRepository;
  const feed = new RevocationFeed(repository, {} as UnitOfWork);
  feed.onRevocation((subjects) => void forgotten.push(subjects));
  return { feed, forgotten, asked };
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(5);
};

describe('RevocationFeed', () => {
  it('is current only after its first poll', async () => {
    const { feed } = feeding(async () => ({ horizon: 7n, subjects: [] }));
    expect(feed.isCurrent()).toBe(false);
    await until(() => feed.isCurrent());
    feed.onModuleDestroy();
  });

  it('polls from the horizon of the poll before', async () => {
    let horizon = 7n;
    const { feed, asked } = feeding(async () => ({ horizon: horizon++, subjects: [] }));
    feed.isCurrent();
    await until(() => asked.length >= 3);
    expect(asked.slice(0, 3)).toEqual([0n, 7n, 8n]);
    feed.onModuleDestroy();
  });

  it('reports revocations before it is current again', async () => {
    let subjects: string[] = [];
    const { feed, forgotten } = feeding(async () => ({ horizon: 7n, subjects }));
    await until(() => feed.isCurrent());
    subjects = ['a session'];
    await until(() => forgotten.length > 1);
    expect(forgotten).toContainEqual(['a session']);
    feed.onModuleDestroy();
  });

  it('is no longer current when a poll hangs, counted from its start', async () => {
    let hanging = false;
    const { feed } = feeding(() =>
      hanging ? new Promise(() => undefined) : Promise.resolve({ horizon: 7n, subjects: [] }),
    );
    await until(() => feed.isCurrent());
    hanging = true;
    await sleep(LEASE_MS + 10);
    expect(feed.isCurrent()).toBe(false);
  });

  it('invalidates everything when a poll fails, and starts again from zero', async () => {
    let failing = false;
    const { feed, forgotten, asked } = feeding(async () => {
      if (failing) throw new Error('the database is away');
      return { horizon: 7n, subjects: [] };
    });
    await until(() => feed.isCurrent());
    failing = true;
    const looks = asked.length;
    await until(() => asked.length > looks);
    await sleep(0);
    expect(feed.isCurrent()).toBe(false);
    expect(forgotten.at(-1)).toBe('everything');
    failing = false;
    await until(() => feed.isCurrent());
    expect(asked).toContain(0n);
    feed.onModuleDestroy();
  });

  it('invalidates everything when transaction numbers decrease, as after a failover', async () => {
    let horizon = 900n;
    const { feed, forgotten } = feeding(async () => ({ horizon, subjects: [] }));
    await until(() => feed.isCurrent());
    const before = forgotten.length;
    horizon = 800n;
    await until(() => forgotten.length > before);
    expect(forgotten.at(-1)).toBe('everything');
    feed.onModuleDestroy();
  });
});
