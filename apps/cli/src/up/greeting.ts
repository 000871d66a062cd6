import { DEMO_ACCOUNTS } from '../accounts/demo-accounts.js';
import { type DemoPassword } from '../accounts/demo-password.js';

/** The last lines of a start: the address, the demo accounts, and one command that works when pasted. */
export function greeting(baseUrl: string, password: DemoPassword | undefined): string {
  const lines = ['', `Veritrail is ready: ${baseUrl}/docs`];
  if (password !== undefined)
    lines.push('', ...accounts(password), '', 'Try it:', '', exampleCommand(baseUrl, password));
  return [...lines, '', 'Press Ctrl-C to stop. The data is kept.', ''].join('\n');
}

/** Where a browser on this machine reaches a server that listens on `host`. */
export function baseUrlFor(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function accounts({ shown, path }: DemoPassword): string[] {
  const width = Math.max(...DEMO_ACCOUNTS.map(({ email }) => email.length));
  const secret = shown === undefined ? `in ${path}` : `${shown}   (also in ${path})`;
  return [
    'Demo accounts, all with the same password:',
    ...DEMO_ACCOUNTS.map(({ email, displayName }) => `  ${email.padEnd(width)}  ${displayName}`),
    `Password: ${secret}`,
  ];
}

function exampleCommand(baseUrl: string, { path }: DemoPassword): string {
  const file = `'${path.replaceAll("'", "'\\''")}'`;
  const login =
    `curl -s ${baseUrl}/v1/auth/login -H 'content-type: application/json' ` +
    `-d '{"email":"user@example.com","password":"'"$(cat ${file})"'"}'`;
  const token = `$(${login} | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`;
  return `curl -s ${baseUrl}/v1/documents -H "authorization: Bearer ${token}"`;
}
