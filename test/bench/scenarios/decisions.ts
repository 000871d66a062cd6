import type autocannon from 'autocannon';
import { bearer, type Scenario } from '../scenario.js';

const CONNECTIONS = 16;
/** More than any server here decides in a second. */
const DECISIONS_PER_SECOND = 3000;

export const CLAIM_AND_VERIFY: Scenario = {
  name: 'decision',
  title: 'claim, then verify (audited)',
  target: 0.8,
  prepare: async (world) => ({
    load: async (_server, seconds) => {
      const waiting = await world.uploadPending(Math.ceil(DECISIONS_PER_SECOND * (seconds + 1)));
      return {
        connections: CONNECTIONS,
        seconds,
        expected: 200,
        check: isChanged,
        requestsOf: (connection) => {
          const headers = { ...bearer(world.verifiers[connection]!), 'content-type': 'application/json' };
          return [
            {
              setupRequest: (request: autocannon.Request, context: object) => {
                Object.assign(context, { id: waiting.pop() });
                return { ...request, method: 'POST', headers, body: '{}', path: pathOf(context, 'claim') };
              },
            },
            {
              setupRequest: (request: autocannon.Request, context: object) => ({
                ...request,
                method: 'POST',
                headers,
                body: '{}',
                path: pathOf(context, 'verify'),
              }),
            },
          ];
        },
      };
    },
  }),
};

function pathOf(context: object, verb: string): string {
  return `/v1/documents/${(context as { id?: string }).id}/${verb}`;
}

/** Either half of the pair. */
function isChanged(body: string): string | null {
  const { status, claim, decision } = JSON.parse(body) as {
    status: string;
    claim: object | null;
    decision: { outcome: string } | null;
  };
  const right =
    (status === 'in_review' && claim !== null) || (status === 'verified' && decision?.outcome === 'verified');
  return right ? null : `a document that is ${status} after a decision`;
}
