import { type ApiClient } from '../api-client.js';
import { HandSealer } from '../seal-log.js';
import { type Whose, type RoleFixture } from './role-fixture.js';

type Response = Awaited<ReturnType<ApiClient['get']>>;
/** One valid request of the actor about an own or a foreign object; lists are filtered for that object. */
type Attempt = (fixture: RoleFixture, actor: ApiClient, whose: Whose) => Promise<Response>;

const get =
  (path: string): Attempt =>
  async (_, actor) =>
    actor.get(path);

/** Reads from a log that has a checkpoint. */
const sealed =
  (path: string): Attempt =>
  async (fixture, actor) => {
    await HandSealer.sealOnce(fixture.api.database.adminUrl);
    return actor.get(path);
  };

const aboutDocument =
  (
    send: (actor: ApiClient, path: string, revision: number) => PromiseLike<Response>,
    stage?: 'claimed' | 'verified' | 'rejected',
  ): Attempt =>
  async (fixture, actor, whose) => {
    const { id, revision } = await fixture.document(actor, whose, stage);
    return send(actor, `/v1/documents/${id}`, revision);
  };

/** Uses a sealed decision, which has a proof. */
const aboutDecision =
  (send: (actor: ApiClient, path: string) => PromiseLike<Response>): Attempt =>
  async (fixture, actor, whose) => {
    const { id, decision } = await fixture.document(actor, whose, 'verified');
    await HandSealer.sealOnce(fixture.api.database.adminUrl);
    return send(actor, `/v1/documents/${id}/decisions/${decision?.id}`);
  };

const aboutUser =
  (send: (actor: ApiClient, path: string, revision: number) => PromiseLike<Response>): Attempt =>
  async (fixture, actor, whose) => {
    const { id, revision } = await fixture.user(actor, whose);
    return send(actor, `/v1/users/${id}`, revision);
  };

const tokensOf = async (fixture: RoleFixture): Promise<{ refreshToken: string }> => {
  const { email, password } = await fixture.api.createAccount(['user']);
  const { body } = await fixture.api.anonymous.post('/v1/auth/login').send({ email, password }).expect(200);
  return body as { refreshToken: string };
};

const tag = (revision: number): string => `"${revision}"`;
const NEW_PASSWORD = 'a kettle sings to nine gray geese';

/** How each operation is tried: with valid requests, so that a permitted actor succeeds. */
export const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  login: async (fixture, actor) => {
    const { email, password } = await fixture.api.createAccount(['user']);
    return actor.post('/v1/auth/login').send({ email, password });
  },
  refreshTokens: async (fixture, actor) => {
    const { refreshToken } = await tokensOf(fixture);
    return actor.post('/v1/auth/refresh').send({ refreshToken });
  },
  register: async (fixture, actor) =>
    actor
      .post('/v1/auth/register')
      .send({ email: `${fixture.fresh()}@example.com`, displayName: 'New', password: NEW_PASSWORD }),
  acceptInvitation: async (fixture, actor) => {
    const { id } = await fixture.api.createAccount(['user']);
    const { body } = await fixture.api.as('user_manager').post(`/v1/users/${id}/invitations`).expect(201);
    const { token } = body as { token: string };
    return actor.post('/v1/auth/invitations/accept').send({ token, password: NEW_PASSWORD });
  },
  logout: async (fixture, actor) => (await fixture.twin(actor)).post('/v1/auth/logout'),
  getMe: get('/v1/auth/me'),
  changePassword: async (fixture, actor) => {
    const twin = await fixture.twin(actor);
    const currentPassword = twin.account?.password ?? 'an anonymous client has no password';
    return twin.put('/v1/auth/password').send({ currentPassword, newPassword: NEW_PASSWORD });
  },

  uploadDocument: async (fixture, actor) =>
    fixture.form(actor, '/v1/documents').field('title', 'Passport').field('type', 'passport'),
  listDocuments: async (fixture, actor, whose) => {
    await fixture.document(actor, whose);
    const owner = whose === 'own' ? actor : fixture.stranger;
    return actor.get(`/v1/documents?ownerId=${owner.account?.id}`);
  },
  getDocument: aboutDocument((actor, path) => actor.get(path)),
  updateDocument: aboutDocument((actor, path, revision) =>
    actor.patch(path).set('if-match', tag(revision)).send({ title: 'Another title' }),
  ),
  withdrawDocument: aboutDocument((actor, path) => actor.post(`${path}/withdraw`)),
  addVersion: async (fixture, actor, whose) => {
    const { id } = await fixture.document(actor, whose);
    return fixture.form(actor, `/v1/documents/${id}/versions`);
  },
  listVersions: aboutDocument((actor, path) => actor.get(`${path}/versions`)),
  listDecisions: aboutDocument((actor, path) => actor.get(`${path}/decisions`), 'verified'),
  getHistory: aboutDocument((actor, path) => actor.get(`${path}/history`)),
  getDecisionReceipt: aboutDecision((actor, path) => actor.get(`${path}/receipt`)),
  getEvidence: aboutDecision((actor, path) => actor.get(path.replace(/[/]decisions[/].*/, '/evidence'))),
  getDecisionLeaf: aboutDecision((actor, path) => actor.get(`${path}/leaf`)),
  getContent: aboutDocument((actor, path) => actor.get(`${path}/content`)),
  getVersionContent: aboutDocument((actor, path) => actor.get(`${path}/versions/1/content`)),

  listReasonCodes: get('/v1/reason-codes'),
  claimDocument: aboutDocument((actor, path) => actor.post(`${path}/claim`).send({})),
  releaseDocument: aboutDocument((actor, path) => actor.post(`${path}/release`), 'claimed'),
  verifyDocument: async (fixture, actor, whose) => {
    const { id, revision, sha256 } = await fixture.readDocument(actor, whose);
    const request = actor.post(`/v1/documents/${id}/verify`).set('if-match', tag(revision));
    return request.send({ versionSha256: sha256 });
  },
  rejectDocument: async (fixture, actor, whose) => {
    const { id, revision, sha256 } = await fixture.readDocument(actor, whose);
    const verdict = { versionSha256: sha256, reasonCode: 'suspected_tampering' };
    return actor.post(`/v1/documents/${id}/reject`).set('if-match', tag(revision)).send(verdict);
  },
  requestChanges: async (fixture, actor, whose) => {
    const { id, revision, sha256 } = await fixture.readDocument(actor, whose);
    const verdict = { versionSha256: sha256, reasonCode: 'unreadable' };
    return actor.post(`/v1/documents/${id}/request-changes`).set('if-match', tag(revision)).send(verdict);
  },
  revokeDocument: aboutDocument(
    (actor, path) => actor.post(`${path}/revoke`).send({ reasonCode: 'new_evidence' }),
    'verified',
  ),
  reopenDocument: aboutDocument(
    (actor, path) => actor.post(`${path}/reopen`).send({ reasonCode: 'decided_in_error' }),
    'rejected',
  ),

  listAuditEntries: async (fixture, actor, whose) =>
    actor.get(`/v1/audit/entries?targetId=${await fixture.recorded(actor, whose)}`),
  getAuditEntry: async (fixture, actor, whose) =>
    actor.get(`/v1/audit/entries/${await fixture.entryAbout(await fixture.recorded(actor, whose))}`),
  exportAuditEntries: async (fixture, actor, whose) =>
    actor.get(`/v1/audit/export?targetId=${await fixture.recorded(actor, whose)}`),

  getEntryInclusion: async (fixture, actor, whose) => {
    const entry = await fixture.entryAbout(await fixture.recorded(actor, whose));
    await HandSealer.sealOnce(fixture.api.database.adminUrl);
    return actor.get(`/v1/audit/entries/${entry}/inclusion`);
  },
  getAuditCheckpoint: sealed('/v1/audit/checkpoint'),
  getLogConsistency: sealed('/v1/audit/consistency?from=0'),
  getLogCheckpoint: sealed('/tlog/checkpoint'),
  getLogKeys: sealed('/tlog/vkey'),
  getLogTile: sealed('/tlog/tile/0/000.p/1'),
  getLogEntries: sealed('/tlog/tile/entries/000.p/1'),

  listUsers: async (fixture, actor, whose) => {
    const { account } = await fixture.user(actor, whose);
    return actor.get(`/v1/users?q=${encodeURIComponent(account.email)}`);
  },
  getUser: aboutUser((actor, path) => actor.get(path)),
  createUser: async (fixture, actor) =>
    actor
      .post('/v1/users')
      .send({ email: `${fixture.fresh()}@example.com`, displayName: 'New', roles: ['user'] }),
  updateUser: aboutUser((actor, path, revision) =>
    actor.patch(path).set('if-match', tag(revision)).send({ displayName: 'Another name' }),
  ),
  assignRoles: aboutUser((actor, path, revision) =>
    actor
      .put(`${path}/roles`)
      .set('if-match', tag(revision))
      .send({ roles: ['verifier'] }),
  ),
  suspendUser: aboutUser((actor, path) => actor.post(`${path}/suspend`).send({ reason: 'On leave' })),
  reactivateUser: async (fixture, actor, whose) => {
    const { id } = await fixture.user(actor, whose);
    const suspended = await fixture.api
      .as('user_manager')
      .post(`/v1/users/${id}/suspend`)
      .send({ reason: 'On leave' });
    if (suspended.status !== 200 && whose === 'foreign') throw new Error('The user could not be suspended');
    return actor.post(`/v1/users/${id}/reactivate`).send({ reason: 'Back again' });
  },
  inviteUser: aboutUser((actor, path) => actor.post(`${path}/invitations`)),
  endUserSessions: aboutUser((actor, path) => actor.delete(`${path}/sessions`)),

  getJwks: get('/.well-known/jwks.json'),
  getOpenApi: get('/openapi.json'),
  listProblems: get('/problems'),
  getProblem: get('/problems/not-found'),
  getLiveness: get('/health/live'),
  getReadiness: get('/health/ready'),
  getStartup: get('/health/startup'),
  getMetrics: get('/metrics'),
};

/** `forbidden`: the roles do not allow the operation at all. `refused`: they allow it, but not on this object. */
export type Verdict = 'success' | 'hidden' | 'forbidden' | 'refused' | 'unauthenticated' | `status ${number}`;

/** The meaning of the response for its actor. A list without the requested object hides it, as a 404 does. */
export function verdictOf({ status, type, text, body }: Response): Verdict {
  const { items, code } = (typeof body === 'object' && body !== null ? body : {}) as {
    items?: unknown[];
    code?: string;
  };
  if (status === 401) return 'unauthenticated';
  if (status === 403) return code === 'FORBIDDEN' ? 'forbidden' : 'refused';
  if (status === 404) return 'hidden';
  if (status >= 300) return `status ${status}`;
  const isEmpty = type === 'application/x-ndjson' ? text === '' : items?.length === 0;
  return isEmpty ? 'hidden' : 'success';
}
