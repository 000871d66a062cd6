import type autocannon from 'autocannon';
import { type BenchRequest, type Load } from '../drive.js';
import { bearer, type Scenario } from '../scenario.js';

const CONNECTIONS = 16;
/** More than any server decides in a second here, with two requests each. */
const DECISIONS_PER_SECOND = 1500;

export const CLAIM_AND_VERIFY: Scenario = {
  name: 'decision',
  title: 'claim, then verify (audited)',
  target: 0.65,
  halfLoad: true,
  prepare: async (dataset) => ({
    load: async (_server, seconds): Promise<Load> => {
      const waiting = await dataset.uploadPending(
        Math.ceil(DECISIONS_PER_SECOND * (seconds + 1)),
        CONNECTIONS,
      );
      return {
        connections: CONNECTIONS,
        seconds,
        expected: 200,
        check: isChanged,
        requestsOf: (connection) =>
          claimThenVerify(bearer(dataset.verifiers[connection]!), waiting[connection]!),
      };
    },
  }),
};

/** The two requests of a decision on the next pending document, whose content was delivered to the reviewer. */
export function claimThenVerify(
  authorization: Readonly<Record<string, string>>,
  waiting: string[],
): [BenchRequest, BenchRequest] {
  const headers = { ...authorization, 'content-type': 'application/json' };
  let id: string | undefined;
  const asked = (request: autocannon.Request, verb: string): autocannon.Request => ({
    ...request,
    method: 'POST',
    headers,
    body: '{}',
    path: `/v1/documents/${id}/${verb}`,
  });
  return [
    {
      setupRequest: (request) => {
        id = waiting.pop();
        return asked(request, 'claim');
      },
    },
    { setupRequest: (request) => asked(request, 'verify') },
  ];
}

/** Accepts the response to either request. */
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
