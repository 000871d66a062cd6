import { setTimeout as sleep } from 'node:timers/promises';
import { between } from './support/files.js';
import { QUICK, Scene } from './support/scene.js';

const ROUNDS = QUICK ? 5 : 30;
const CLIENTS = 50;

describe('F01 kill -9 of the API during 50 parallel uploads', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open('F01');
  });

  afterAll(() => scene.close());

  it(`loses no acknowledged upload in ${ROUNDS} rounds, and nothing stays in staging`, async () => {
    const { workload, owner, stack } = scene;
    for (let round = 0; round < ROUNDS; round += 1) {
      let killed = false;
      const client = async (): Promise<void> => {
        while (!killed) {
          const { document } = await workload.upload(owner, {
            size: between(2_000, 120_000),
            pieces: between(1, 8),
            pauseMs: between(0, 10),
          });
          if (!document) await sleep(20);
        }
      };
      const clients = Array.from({ length: CLIENTS }, client);
      await sleep(between(50, 2000));
      const ending = stack.api.running.kill();
      killed = true;
      expect(await ending).toEqual({ code: null, signal: 'SIGKILL' });
      await Promise.all(clients);
      await stack.api.start();
    }
    expect(workload.uploads.length).toBeGreaterThan(ROUNDS);
    expect(await scene.problems()).toEqual([]);
  });
});
