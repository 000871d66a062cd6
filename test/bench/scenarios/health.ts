import { type Scenario } from '../scenario.js';

const CONNECTIONS = 32;

export const HEALTH_LIVE = health('health-live', '/health/live', null);
export const HEALTH_READY = health('health-ready', '/health/ready', null);

function health(name: string, path: string, target: number | null): Scenario {
  return {
    name,
    title: path,
    target,
    prepare: async () => ({
      load: async (_server, seconds) => ({
        connections: CONNECTIONS,
        seconds,
        expected: 200,
        check: (body) => (body.includes('"ok"') ? null : `it answers ${body}`),
        requestsOf: () => [{ method: 'GET', path }],
      }),
    }),
  };
}
