const REFUSED = new Set(['28P01', '28000']);

/**
 * What to tell an operator when PostgreSQL refuses a login, or null for any other failure. Names host and user, never the
 * password.
 */
export function explainRefusedLogin(error: unknown, url: string): string | null {
  if (!REFUSED.has(sqlState(error)) || !URL.canParse(url)) return null;
  const { host, username } = new URL(url);
  return (
    `PostgreSQL at ${host} refuses the password of "${decodeURIComponent(username)}". ` +
    'If its volume was made earlier, the database still has the password of that time: ' +
    'changing the secret changes only what is sent. Use the old password, or set the new one with ALTER ROLE.'
  );
}

function sqlState(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('driverError' in error && error.driverError !== undefined) return sqlState(error.driverError);
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
