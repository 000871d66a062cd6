import { type Role, ROLES } from '#libs/kernel';

/**
 * The result for a user with one role. `others` and `own` refer to the object of the operation:
 *
 * | cell     | own object                | object of another user        |
 * |----------|---------------------------|-------------------------------|
 * | yes      |                           | success                       |
 * | own      | success                   | 404: its existence is hidden  |
 * | mine     | success                   | 403: visible, but not theirs  |
 * | others   | 403: self-review          | success                       |
 * | accounts | about an account: success | anything else: 404            |
 * | no       |                           | 403                           |
 */
export type Cell = 'yes' | 'own' | 'mine' | 'others' | 'accounts' | 'no';

/** Any client may call it, with and without a token. */
export const PUBLIC = 'public';

// Written by hand from the role table of the design, not derived from the code under test.
const ROWS = `
                      user    verifier  admin    user_manager  auditor
  login               public
  refreshTokens       public
  register            public
  acceptInvitation    public
  logout              yes     yes       yes      yes           yes
  getMe               yes     yes       yes      yes           yes
  changePassword      yes     yes       yes      yes           yes

  uploadDocument      yes     yes       yes      no            no
  listDocuments       own     yes       yes      no            yes
  getDocument         own     yes       yes      no            yes
  updateDocument      own     mine      mine     no            no
  withdrawDocument    own     mine      mine     no            no
  addVersion          own     mine      mine     no            no
  listVersions        own     yes       yes      no            yes
  listDecisions       own     yes       yes      no            yes
  getHistory          own     yes       yes      no            yes
  getDecisionReceipt  own     yes       yes      no            yes
  getDecisionLeaf     own     yes       yes      no            yes
  getEvidence         own     yes       yes      no            yes
  getContent          own     yes       yes      no            no
  getVersionContent   own     yes       yes      no            no

  listReasonCodes     yes     yes       yes      no            yes
  claimDocument       no      others    others   no            no
  releaseDocument     no      yes       yes      no            no
  verifyDocument      no      others    others   no            no
  rejectDocument      no      others    others   no            no
  requestChanges      no      others    others   no            no
  revokeDocument      no      no        others   no            no
  reopenDocument      no      no        others   no            no

  listAuditEntries    own     own       yes      accounts      yes
  getAuditEntry       own     own       yes      accounts      yes
  exportAuditEntries  own     own       yes      accounts      yes
  getEntryInclusion   own     own       yes      accounts      yes
  getAuditCheckpoint  public
  getLogConsistency   public
  getLogCheckpoint    public
  getLogKeys          public
  getLogTile          public
  getLogEntries       no      no        yes      no            yes

  listUsers           no      no        no       yes           yes
  getUser             no      no        no       yes           yes
  createUser          no      no        no       yes           no
  updateUser          no      no        no       yes           no
  assignRoles         no      no        no       others        no
  suspendUser         no      no        no       others        no
  reactivateUser      no      no        no       others        no
  inviteUser          no      no        no       others        no
  endUserSessions     no      no        no       yes           no

  getJwks             public
  getOpenApi          public
  listProblems        public
  getProblem          public
  getLiveness         public
  getReadiness        public
  getStartup          public
  getMetrics          public
`;

/** The result of each role for each operation. A client without a token gets 401 except on `public` operations. */
export const ROLE_MATRIX: ReadonlyMap<string, Readonly<Record<Role, Cell>> | typeof PUBLIC> = read(ROWS);

function read(rows: string): Map<string, Record<Role, Cell> | typeof PUBLIC> {
  const lines = rows
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
  const [header, ...body] = lines;
  if (header?.join() !== ROLES.join()) throw new Error('The columns of the matrix are not the roles');
  const row = ([operation = '', ...cells]: string[]): [string, Record<Role, Cell> | typeof PUBLIC] => {
    if (cells.join() === PUBLIC) return [operation, PUBLIC];
    if (cells.length !== ROLES.length) throw new Error(`${operation} does not have a cell for each role`);
    return [
      operation,
      Object.fromEntries(ROLES.map((role, index) => [role, cells[index]])) as Record<Role, Cell>,
    ];
  };
  return new Map(body.map(row));
}
