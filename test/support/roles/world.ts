import { type ApiClient, type TestAccount } from '../api-client.js';
import { type TestApi } from '../app.js';
import { pdfBytes, SMALLEST_PDF } from '../pdf.js';

/** What an operation is tried on: something of the actor's, something of a stranger's, or what happened to an account. */
export type Whose = 'own' | 'foreign' | 'account';
export type Stage = 'pending' | 'claimed' | 'verified' | 'rejected';

interface Numbered {
  readonly id: string;
  readonly revision: number;
}

interface DocumentBody extends Numbered {
  readonly sha256: string;
  readonly decision: { readonly id: string } | null;
}

/** The people and things that operations are tried on, made through the front door. */
export class World {
  private counter = 0;

  private constructor(
    readonly api: TestApi,
    /** Owns what is foreign to everybody else. */
    readonly stranger: ApiClient,
    /** Decides where a decision is needed before the one that is tried. */
    private readonly reviewer: ApiClient,
  ) {}

  static async make(api: TestApi): Promise<World> {
    const [stranger, reviewer] = await Promise.all([api.newcomer(['user']), api.newcomer(['admin'])]);
    return new World(api, stranger, reviewer);
  }

  /** A name that nobody had before. */
  fresh(): string {
    this.counter += 1;
    return `fresh-${this.counter}`;
  }

  form(client: ApiClient, path: string): ReturnType<ApiClient['post']> {
    return client.post(path).attach('file', pdfBytes(SMALLEST_PDF, this.fresh()), 'passport.pdf');
  }

  /**
   * A document of the actor, or of the stranger, at a stage. It is the actor who claims; verdicts come from somebody else.
   * Who may not upload has no documents: theirs is the stranger's too.
   */
  async document(actor: ApiClient, whose: Whose, stage: Stage = 'pending'): Promise<DocumentBody> {
    const owner = whose === 'own' ? actor : this.stranger;
    const { body } = await this.form(owner, '/v1/documents')
      .field('title', 'Passport')
      .field('type', 'passport')
      .expect(201);
    const { id, sha256 } = body as { id: string; sha256: string };
    const path = `/v1/documents/${id}`;
    if (stage === 'claimed') await this.claimer(actor, whose).post(`${path}/claim`).send({}).expect(200);
    if (stage === 'verified')
      await this.reviewer.post(`${path}/verify`).send({ versionSha256: sha256 }).expect(200);
    if (stage === 'rejected') {
      const verdict = { versionSha256: sha256, reasonCode: 'suspected_tampering' };
      await this.reviewer.post(`${path}/reject`).send(verdict).expect(200);
    }
    const present = await owner.get(path).expect(200);
    return present.body as DocumentBody;
  }

  private claimer(actor: ApiClient, whose: Whose): ApiClient {
    const mayClaim = actor.account?.roles.some((role) => role === 'verifier' || role === 'admin') ?? false;
    return mayClaim && whose === 'foreign' ? actor : this.reviewer;
  }

  /** The actor themselves, or somebody who was just made. */
  async user(actor: ApiClient, whose: Whose): Promise<Numbered & { readonly account: TestAccount }> {
    const account = whose === 'own' && actor.account ? actor.account : await this.api.createAccount(['user']);
    const { body } = await this.api.as('user_manager').get(`/v1/users/${account.id}`).expect(200);
    return { ...(body as Numbered), account };
  }

  /** Somebody else with the actor's roles, for what ends a session; nobody stays nobody. */
  async twin(actor: ApiClient): Promise<ApiClient> {
    return actor.account ? this.api.newcomer(actor.account.roles) : actor;
  }

  /** The id of something that the audit log tells about. */
  async recorded(actor: ApiClient, whose: Whose): Promise<string> {
    return whose === 'account'
      ? (await this.api.createAccount(['user'])).id
      : (await this.document(actor, whose)).id;
  }

  /** The newest entry of the audit log about this target. */
  async entryAbout(targetId: string): Promise<string> {
    const { body } = await this.api
      .as('auditor')
      .get(`/v1/audit/entries?targetId=${targetId}&limit=1`)
      .expect(200);
    const [entry] = (body as { items: Array<{ id: string }> }).items;
    if (!entry) throw new Error('Nothing was recorded');
    return entry.id;
  }
}
