import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client } from './client.js';
import { between, multipart, randomPdf, sha256 } from './files.js';
import { type Answer } from './http-call.js';
import { type Person } from './people.js';

export interface UploadedDocument {
  readonly id: string;
  readonly title: string;
  readonly sha256: string;
  readonly size: number;
}

export interface Decision {
  readonly documentId: string;
  readonly decisionId: string;
  readonly action: 'document.verified' | 'document.rejected';
}

export interface UploadOptions {
  readonly size?: number;
  readonly key?: string;
  readonly title?: string;
  readonly bytes?: Buffer;
  readonly pieces?: number;
  readonly pauseMs?: number;
  readonly baseUrl?: string;
}

/** The changes that clients sent, and which of them were acknowledged. Unique titles identify the effects. */
export class Workload {
  readonly uploads: UploadedDocument[] = [];
  readonly decisions: Decision[] = [];
  /** Every title that was ever sent, acknowledged or not. */
  readonly titles = new Set<string>();
  /** What was downloaded completely: reviewer and document. */
  private readonly read = new Set<string>();

  constructor(readonly client: Client) {}

  async upload(
    owner: Person,
    options: UploadOptions = {},
  ): Promise<{ answer: Answer; document: UploadedDocument | null }> {
    const bytes = options.bytes ?? randomPdf(options.size ?? between(2_000, 60_000));
    const title = options.title ?? `Fault ${randomUUID()}`;
    this.titles.add(title);
    const { headers, body } = multipart(
      { title, type: 'passport', metadata: '{"purpose":"experiment"}' },
      { name: 'document.pdf', type: 'application/pdf', bytes },
    );
    const { key, pieces, pauseMs, baseUrl } = options;
    const digest = sha256(bytes);
    const answer = await this.client.send({
      method: 'POST',
      path: '/v1/documents',
      token: owner.token,
      headers: { ...headers, ...(key ? { 'idempotency-key': key } : {}) },
      body,
      note: { title, sha256: digest },
      ...(pieces ? { pieces } : {}),
      ...(pauseMs ? { pauseMs } : {}),
      ...(baseUrl ? { baseUrl } : {}),
    });
    if (answer.status !== 201) return { answer, document: null };
    const { id, sha256: said, size } = answer.json<{ id: string; sha256: string; size: number }>();
    if (said !== digest || size !== bytes.length) {
      this.client.violations.push(`upload ${id}: answered ${said} (${size}) for ${digest} (${bytes.length})`);
    }
    const document = { id, title, sha256: digest, size: bytes.length };
    if (!this.uploads.some((known) => known.id === id)) this.uploads.push(document);
    return { answer, document };
  }

  /** Downloads the document, unless this reviewer has it already, and decides about its first revision. */
  async decide(
    reviewer: Person,
    document: { id: string; sha256: string },
    options: { key?: string; outcome?: 'verify' | 'reject'; baseUrl?: string } = {},
  ): Promise<Answer> {
    const { key, outcome = 'verify', baseUrl } = options;
    await this.readOnce(reviewer, document.id);
    const answer = await this.client.send({
      method: 'POST',
      path: `/v1/documents/${document.id}/${outcome}`,
      token: reviewer.token,
      json: { versionSha256: document.sha256, ...(outcome === 'reject' ? { reasonCode: 'unreadable' } : {}) },
      note: { document: document.id, outcome },
      headers: { 'if-match': '"1"', ...(key ? { 'idempotency-key': key } : {}) },
      ...(baseUrl ? { baseUrl } : {}),
    });
    if (answer.status === 200) {
      const decisionId = answer.json<{ decision: { id: string } }>().decision.id;
      const action = outcome === 'verify' ? 'document.verified' : 'document.rejected';
      if (!this.decisions.some((known) => known.decisionId === decisionId)) {
        this.decisions.push({ documentId: document.id, decisionId, action });
      }
    }
    return answer;
  }

  /** A reviewer must have received the content before a decision. */
  async readOnce(reviewer: Person, documentId: string): Promise<void> {
    const reading = `${reviewer.id} ${documentId}`;
    if (this.read.has(reading)) return;
    const { status } = await this.client.send({
      path: `/v1/documents/${documentId}/content`,
      token: reviewer.token,
    });
    if (status === 200) this.read.add(reading);
  }

  /** A client that uploads, reads and decides in turn until it is stopped. */
  async mixed(owner: Person, reviewer: Person, stopping: AbortSignal, pauseMs = 0): Promise<void> {
    while (!stopping.aborted) {
      const { document } = await this.upload(owner);
      if (document) {
        await this.client.send({ path: `/v1/documents/${document.id}`, token: owner.token });
        await this.decide(reviewer, document, { outcome: Math.random() < 0.5 ? 'verify' : 'reject' });
      }
      await this.client.send({ path: '/v1/documents?limit=20', token: reviewer.token });
      // A refused client pauses, otherwise the experiment would measure only refusals.
      await sleep(document ? pauseMs : Math.max(pauseMs, 100));
    }
  }
}
