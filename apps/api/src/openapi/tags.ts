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
    description: 'Access tokens and the session behind them.',
    paths: /^\/v1\/auth\//,
  },
  {
    name: 'Documents',
    description: 'Upload, read, correct and withdraw documents, and see what happened to them.',
    paths: /^\/v1\/documents(?!\/\{id\}\/(claim|release|verify|reject|request-changes|revoke|reopen)$)/,
  },
  {
    name: 'Review',
    description:
      'Verifiers and admins decide about documents, never about their own. A decision belongs to one version, named by its SHA-256.',
    paths: /^\/v1\/(documents|reason-codes)/,
  },
  {
    name: 'Audit',
    description:
      'Who did what, when, to which bytes, with what outcome; and the proofs that nobody rewrote it, for those who trust neither this server nor its database.',
    paths: /^\/(v1\/audit|tlog\/)/,
  },
  {
    name: 'Users',
    description: 'User managers create, invite, suspend and reactivate people and assign their roles.',
    paths: /^\/v1\/users/,
  },
  {
    name: 'Service',
    description: 'Health, the keys that verify access tokens, and the documentation of problems.',
    paths: /^\//,
  },
];

/** The chapter that an operation belongs to. */
export function tagOf(path: string): string {
  return TAGS.find(({ paths }) => paths.test(path))?.name ?? '';
}
