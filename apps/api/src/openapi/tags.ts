interface Tag {
  readonly name: string;
  readonly description: string;
  /** Which operations it holds, by their path. */
  readonly paths: RegExp;
}

/** The chapters of the contract, in the order in which a newcomer needs them. The first whose paths match wins. */
export const TAGS: readonly Tag[] = [
  {
    name: 'Sign in',
    description: 'Sign in, refresh tokens, sign out and manage your own account.',
    paths: /^\/v1\/auth\//,
  },
  {
    name: 'Documents',
    description: 'Upload, read, edit and withdraw documents, and read their history.',
    paths: /^\/v1\/documents(?!\/\{id\}\/(claim|release|verify|reject|request-changes|revoke|reopen)$)/,
  },
  {
    name: 'Review',
    description:
      'Verifiers and admins decide about documents, but never about their own documents. A decision applies to one version, identified by its SHA-256.',
    paths: /^\/v1\/(documents|reason-codes)/,
  },
  {
    name: 'Audit',
    description:
      'Who did what, when, to which bytes and with what outcome. Cryptographic proofs let a client check that the log was not rewritten, without trusting this server or its database.',
    paths: /^\/(v1\/audit|tlog\/)/,
  },
  {
    name: 'Users',
    description: 'User managers create, invite, suspend and reactivate users and assign their roles.',
    paths: /^\/v1\/users/,
  },
  {
    name: 'Service',
    description:
      'Health checks, metrics, the keys that verify access tokens, and the documentation of problems.',
    paths: /^\//,
  },
];

/** The chapter that an operation belongs to. */
export function tagOf(path: string): string {
  return TAGS.find(({ paths }) => paths.test(path))?.name ?? '';
}
