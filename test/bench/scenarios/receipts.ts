import { ask } from '../ask.js';
import { type Load } from '../drive.js';
import { bearer, type Scenario } from '../scenario.js';
import { type Dataset } from '../dataset.js';

const CONNECTIONS = 16;
const DECISIONS = 200;

/**
 * Receipts of sealed decisions, in a log of ten thousand entries: sealing a million takes minutes. The floor reads the same
 * rows without building a proof.
 */
export const RECEIPT: Scenario = {
  name: 'receipt',
  title: 'sealed receipt',
  target: null,
  documents: 10_000,
  prepare: async (dataset, urls) => {
    const decisions = await decide(dataset, urls.api);
    await dataset.sealLog();
    return {
      load: async (server, seconds): Promise<Load> => ({
        connections: CONNECTIONS,
        seconds,
        expected: 200,
        check: (body) => (isReceipt[server](body) ? null : `no receipt: ${body.slice(0, 200)}`),
        requestsOf: (connection) =>
          decisions.map((_one, index) => {
            const { id, decisionId } = decisions[(index + 7 * connection) % decisions.length]!;
            const path = `/v1/documents/${id}/decisions/${decisionId}/receipt`;
            return { method: 'GET', path, headers: bearer(dataset.verifiers[connection]!) };
          }),
      }),
    };
  },
};

const isReceipt = {
  floor: (body: string) => (JSON.parse(body) as { tile: string[] }).tile.length > 0,
  // The first line of a C2SP tlog-proof, and the signature of its checkpoint.
  api: (body: string) => body.startsWith('c2sp.org/tlog-proof@v1\n') && body.includes('\n— '),
};

async function decide(dataset: Dataset, url: string): Promise<Array<{ id: string; decisionId: string }>> {
  const [waiting = []] = await dataset.uploadPending(DECISIONS, 1);
  const decided: Array<{ id: string; decisionId: string }> = [];
  for (const id of waiting) {
    for (const verb of ['claim', 'verify']) {
      const response = await ask(`${url}/v1/documents/${id}/${verb}`, {
        method: 'POST',
        headers: { ...bearer(dataset.verifiers[0]!), 'content-type': 'application/json' },
        body: '{}',
      });
      const { decision } = (await response.json()) as { decision: { id: string } | null };
      if (verb === 'verify') decided.push({ id, decisionId: decision!.id });
    }
  }
  return decided;
}
