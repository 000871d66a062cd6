import { type ApiClient, type TestAccount } from '../api-client.js';
import { type TestApi } from '../app.js';
import { pdfBytes, SMALLEST_PDF } from '../pdf.js';

/** The object of an operation: one of the actor's, one of another user's, or an event of an account. */
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

/** The users and objects that operations are tried on, created through the API. */
export class RoleFixture {
  private counter = 0;

  private constructor(
    readonly api: TestApi,
    /** Owns the objects that are foreign to every actor. */
    readonly stranger: ApiClient,
    /** Makes the decision where an operation needs an earlier one. */
    private readonly reviewer: ApiClient,
  ) {}

  static async make(api: TestApi): Promise<RoleFixture> {
    const [stranger, reviewer] = await Promise.all([api.newcomer(['user']), api.newcomer(['admin'])]);
    return new RoleFixture(api, stranger, reviewer);
  }

  /** A name that was not used before. */
  fresh(): string {
    this.counter += 1;
    return `fresh-${this.counter}`;
  }

  form(client: ApiClient, path: string): ReturnType<ApiClient['post']> {
    return client.post(path).attach('file', pdfBytes(SMALLEST_PDF, this.fresh()), 'passport.pdf');
  }

  /**
   * A document of the actor, or of the stranger, at a stage. The actor makes claims; a different user makes decisions. If the
   * actor may not upload, the document belongs to the stranger in both cases.
   */
  async document(actor: ApiClient, whose: Whose, stage: Stage = 'pending'): Promise<DocumentBody> {
    const owner = whose === 'own' ? actor : this.stranger;
    const { body } = await this.form(owner, '/v1/documents')
      .field('title', 'Passport')
      .field('type', 'passport')
      .expect(201);
    const { etag, id, sha256 } = body as { etag: string; id: string; sha256: string };
    const path = `/v1/documents/${id}`;
    if (stage === 'claimed') await this.claimer(actor, whose).post(`${path}/claim`).send({}).expect(200);
    if (stage === 'verified' || stage === 'rejected') {
      await this.reviewer.get(`${path}/content`).responseType('blob').expect(200);
      const reason = stage === 'rejected' ? { reasonCode: 'suspected_tampering' } : {};
      await this.reviewer
        .post(`${path}/${stage === 'rejected' ? 'reject' : 'verify'}`)
        .set('if-match', etag)
        .send({ versionSha256: sha256, ...reason })
        .expect(200);
    }
    const present = await owner.get(path).expect(200);
    return present.body as DocumentBody;
  }

  /** A pending document whose content the actor has downloaded, if the actor may. */
  async readDocument(actor: ApiClient, whose: Whose): Promise<DocumentBody> {
    const document = await this.document(actor, whose);
    await actor.get(`/v1/documents/${document.id}/content`).responseType('blob');
    return document;
  }

  private claimer(actor: ApiClient, whose: Whose): ApiClient {
    const mayClaim = actor.account?.roles.some((role) => role === 'verifier' || role === 'admin') ?? false;
    return mayClaim && whose === 'foreign' ? actor : this.reviewer;
  }

  /** The actor, or a new user. */
  async user(actor: ApiClient, whose: Whose): Promise<Numbered & { readonly account: TestAccount }> {
    const account = whose === 'own' && actor.account ? actor.account : await this.api.createAccount(['user']);
    const { body } = await this.api.as('user_manager').get(`/v1/users/${account.id}`).expect(200);
    return { ...(body as Numbered), account };
  }

  /** A different user with the actor's roles, for operations that end a session; anonymous clients stay anonymous. */
  async twin(actor: ApiClient): Promise<ApiClient> {
    return actor.account ? this.api.newcomer(actor.account.roles) : actor;
  }

  /** The id of an object with audit entries. */
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
