import { type INestApplicationContext } from '@nestjs/common';
import { Client, DatabaseError } from 'pg';
import { SEALING, type Sequencer } from '#libs/audit';
import { Metrics, StoppedWork } from '#libs/observability';
import { NoteSigner, NoteVerifier, openNote } from '#libs/tlog';
import { startApi, type TestApi } from '../app.js';
import { type DocumentBody } from '../documents.js';
import { decidedDocument } from '../log-artefacts.js';
import { SealingHarness, sequencerOf } from '../sealing.js';
import { reconcile, verifier } from '../verifier.js';

/** What happened to an attack in the product, and what the two programs say about it. */
export interface Observation {
  /** `refused`, `repaired`, `seen`, `unseen`, or `shows …` when the product shows something else than the log proves. */
  readonly product: string;
  readonly log: string;
  readonly reconcile: string;
}

export interface Attack {
  readonly name: string;
  /** Rejects with the error of PostgreSQL if the attack is refused. */
  run(scene: Scene): Promise<void>;
  /** Whether the damage remains after the sequencer ran; by default it does. */
  remains?(scene: Scene): Promise<boolean>;
  /** How long the product has to see it. */
  readonly waitMs?: number;
}

const ORIGIN = 'log.example.com/test';
const VERDICTS = ['-', 'broken', 'cannot check'];

/** An installation with one decided and sealed document, and the two logins of an attacker. */
export class Scene {
  private readonly stopped = new StoppedWork(new Metrics());
  private readonly sequencer: Sequencer;
  private isPrevented = false;

  private constructor(
    readonly api: TestApi,
    private readonly harness: SealingHarness,
    context: INestApplicationContext,
    readonly document: DocumentBody,
    /** The application's own login. */
    readonly application: Client,
    /** Without triggers and privileges. */
    readonly superuser: Client,
    readonly vkey: string,
  ) {
    this.sequencer = sequencerOf(context, { stopped: this.stopped });
  }

  static async open(): Promise<Scene> {
    const api = await startApi();
    const harness = new SealingHarness(api.database.url);
    const context = await harness.process();
    const application = new Client({ connectionString: api.database.url });
    const superuser = new Client({ connectionString: api.database.adminUrl });
    await Promise.all([application.connect(), superuser.connect()]);
    await superuser.query('SET session_replication_role = replica');
    const document = await decidedDocument(api);
    const { vkey } = NoteSigner.fromPem(ORIGIN, harness.environment['LOG_SIGNING_KEY'] ?? '').verifier;
    const scene = new Scene(api, harness, context, document, application, superuser, vkey);
    await scene.seal();
    return scene;
  }

  /** Another decided document, not sealed yet. */
  async decide(): Promise<DocumentBody> {
    return decidedDocument(this.api);
  }

  /** Lets the worker's sequencer run as often as in a minute of its life. Returns its error or the reason of its stop. */
  async seal(): Promise<string | null> {
    if (this.isPrevented) return null;
    try {
      for (let turn = 0; turn < 5; turn++) await this.sequencer.run();
      return this.stopped.reasons.get(SEALING) ?? null;
    } catch (error) {
      return String(error);
    }
  }

  /** From now on another session holds the lock of the sequencer. */
  preventSealing(): void {
    this.isPrevented = true;
  }

  async unsealed(): Promise<number> {
    const { rows } = await this.superuser.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM audit.entries e
       WHERE NOT EXISTS (SELECT FROM audit.sealed_leaves s WHERE s.entry_id = e.id)`,
    );
    return rows[0]?.n ?? 0;
  }

  async observe(attack: Attack): Promise<Observation> {
    const refusal = await attack.run(this).then(
      () => null,
      (error: unknown) => {
        if (error instanceof DatabaseError) return error;
        throw error;
      },
    );
    const symptoms = [await this.seal(), await this.falsehood()];
    if (attack.waitMs !== undefined) await new Promise((resolve) => setTimeout(resolve, attack.waitMs));
    symptoms.push(await this.complaint());
    const wrong = symptoms.find((symptom) => symptom?.startsWith('shows '));
    const isSeen = symptoms.some((symptom) => symptom !== null);
    const remains = (await attack.remains?.(this)) ?? true;
    const product =
      refusal === null ? (wrong ?? (isSeen ? 'seen' : remains ? 'unseen' : 'repaired')) : 'refused';
    const { adminUrl } = this.api.database;
    const token = String(this.api.as('auditor').accessToken);
    const options = ['--key', this.vkey, '--database-url', adminUrl, '--unsealed-after', '1'];
    const log = await verifier('log', `${this.api.url}/tlog`, '--token', token, ...options);
    const tables = await reconcile(...options);
    return { product, log: VERDICTS[log.code] ?? '?', reconcile: VERDICTS[tables.code] ?? '?' };
  }

  /** What the API shows and the log does not prove. */
  private async falsehood(): Promise<string | null> {
    // The API caches the newest checkpoint for a quarter of a second.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { text } = await this.api.anonymous.get('/tlog/checkpoint');
    try {
      openNote(text, [NoteVerifier.parse(this.vkey)]);
    } catch {
      return 'shows a false checkpoint';
    }
    const keys = await this.api.anonymous.get('/tlog/vkey');
    if (keys.text !== `${this.vkey}\n`) return 'shows a false key';
    const { rows } = await this.superuser.query<{ id: string; leaf: Buffer }>(
      `SELECT id, coalesce(adopted_leaf, leaf) AS leaf FROM audit.sealed_leaves JOIN audit.entries ON id = entry_id`,
    );
    for (const { id, leaf } of rows) {
      const { body } = await this.api.as('auditor').get(`/v1/audit/entries/${id}`);
      const proved = JSON.parse(leaf.toString()) as { action: string; actor: { id: string | null } };
      const shown = body as { action?: string; actor?: { id: string | null } };
      if (shown.action !== proved.action || shown.actor?.id !== proved.actor.id) return 'shows another entry';
    }
    return null;
  }

  /** What the product reports: an unready or degraded API, a proof that it refuses to give. */
  private async complaint(): Promise<string | null> {
    const ready = await this.api.anonymous.get('/health/ready');
    if ((ready.body as { status: unknown }).status !== 'ok') return `readiness: ${ready.text}`;
    const owner = this.api.as('user');
    const { id, decision } = this.document;
    for (const path of [`decisions/${String(decision?.id)}/receipt`, 'evidence', 'content']) {
      const { status } = await owner.get(`/v1/documents/${id}/${path}`);
      if (status !== 200) return `${path}: ${status}`;
    }
    return null;
  }

  async close(): Promise<void> {
    await this.harness.close();
    await Promise.all([this.application.end(), this.superuser.end()]);
    await this.api.close();
  }
}
