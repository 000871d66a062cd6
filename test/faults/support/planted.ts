/** A defect that an experiment has to find, planted in one place of the built product. */
export interface Planted {
  readonly defect: string;
  /** Below `dist`. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly from: string;
  readonly to: string;
  /** Must match the output of the experiment, if a failure alone is not enough. */
  readonly seenAs?: RegExp;
}

const ANSWER_BEFORE_COMMIT: Planted = {
  defect: 'the response about a document is sent before the commit',
  file: 'libs/postgres/src/unit-of-work.js',
  from: 'await transaction?.commit();',
  // Only for documents: without sessions and users the experiment could not begin.
  to: `if (!transaction || execution.draft.target?.type !== 'document') await transaction?.commit();
            else {
                const late = () => transaction.commit().finally(() => transaction.release()).catch(() => undefined);
                setTimeout(() => void late(), 300);
                await this.end(null, execution.afterCommit);
                return result;
            }`,
};

/** One defect for each experiment, by name. */
export const PLANTED: Readonly<Record<string, Planted>> = {
  F01: ANSWER_BEFORE_COMMIT,
  F03: {
    defect: 'responses are not stored under their Idempotency-Key',
    file: 'libs/idempotency/src/idempotent-answers.repository.js',
    from: 'async append(answer) {',
    to: 'async append(answer) { return;',
  },
  F05: {
    defect: 'a refused connection to the database is treated as a defect of the product',
    file: 'libs/postgres/src/database-errors.js',
    from: 'error instanceof ConnectionLostError ||',
    to: '',
  },
  F06: {
    defect: 'a session that ends between two statements is treated as a defect of the product',
    file: 'libs/postgres/src/connection-lost.error.js',
    from: 'new ConnectionLostError(error)',
    to: 'error',
  },
  F09: {
    defect: 'every request for a locked row waits with a connection',
    file: 'libs/postgres/src/change-queue.js',
    from: 'const AT_ONCE = 1;',
    to: 'const AT_ONCE = 1000;',
  },
  F10: {
    defect: 'the time limit for headers is not checked',
    file: 'apps/api/src/http/http-adapter.js',
    from: 'const CHECK_CONNECTIONS_MS = 1000;',
    to: 'const CHECK_CONNECTIONS_MS = 1_000_000;',
  },
  F13: {
    defect: 'readiness does not report that the process shuts down',
    file: 'apps/api/src/http/drain.js',
    from: 'app.get(DrainState).begin();',
    to: '',
  },
  F14: {
    defect: 'an upload that ran out of space leaves its partial file',
    file: 'libs/storage/src/disk/disk-blob-store.js',
    from: 'await unlink(path).catch(() => undefined);',
    to: '',
  },
  F17: {
    defect: 'the identity of the store is not checked',
    file: 'libs/storage/src/disk/disk-blob-store.js',
    from: 'this.bound === null || identity !== this.bound',
    to: 'this.bound === null',
  },
  F23: {
    defect: 'migrators do not wait for each other',
    file: 'migrations/runner.js',
    from: 'SELECT pg_try_advisory_lock($1, $2) AS locked',
    to: 'SELECT $1::int IS DISTINCT FROM $2::int AS locked',
  },
  J1: {
    defect: 'If-Match is not compared',
    file: 'libs/http/src/entity-tag.js',
    from: `this.revisions === 'any' || this.revisions.includes(revision)`,
    to: 'true',
  },
  J2: {
    defect: 'two requests may run with one Idempotency-Key at the same time',
    file: 'libs/idempotency/src/idempotent-answers.repository.js',
    from: 'return row?.claimed === true;',
    to: 'return true;',
  },
  J3: {
    defect: 'a page begins with the last item of the page before',
    file: 'libs/documents/src/documents/document-reads.repository.js',
    from: '(d.created_at, d.id) < (',
    to: '(d.created_at, d.id) <= (',
  },
  J4: { ...ANSWER_BEFORE_COMMIT, seenAs: /: 404/ },
  J5: {
    defect: 'a change does not lock its document',
    file: 'libs/documents/src/documents/documents.repository.js',
    from: 'owner_id = $2) FOR UPDATE',
    to: 'owner_id = $2)',
  },
  J6: {
    defect: 'simultaneous uses of a refresh token do not wait for each other',
    file: 'libs/auth/src/sessions/refresh-tokens.repository.js',
    from: 'token_sha256 = $1 FOR UPDATE',
    to: 'token_sha256 = $1',
  },
  L1: {
    defect: 'entries of transactions that were running at the last scan are never sealed',
    file: 'libs/audit/src/sequencer/sealing.repository.js',
    from: 'e.xid = ANY($3::xid8[])',
    to: 'e.xid = ANY($3::xid8[]) AND false',
  },
};
