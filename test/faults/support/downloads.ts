import { sha256 } from './files.js';
import { type Person } from './people.js';
import { type Workload } from './workload.js';

const PARALLEL = 8;

/** Downloads every acknowledged upload and returns those whose bytes differ from the upload. */
export async function wrongDownloads(workload: Workload, reader: Person): Promise<string[]> {
  const wrong: string[] = [];
  const waiting = [...workload.uploads];
  const next = async (): Promise<void> => {
    for (let document = waiting.pop(); document; document = waiting.pop()) {
      const { status, failure, body } = await workload.client.send({
        path: `/v1/documents/${document.id}/content`,
        token: reader.token,
      });
      if (status !== 200) wrong.push(`download of ${document.id}: ${failure ?? status}`);
      else if (sha256(body) !== document.sha256) wrong.push(`download of ${document.id}: other bytes`);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, next));
  return wrong;
}
