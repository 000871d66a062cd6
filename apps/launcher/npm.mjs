import { collectChild } from './child.mjs';
import { LaunchError, ROOT } from './project.mjs';

const NO_NETWORK =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/;
// npm's own settings wait for more than a minute before they give up an unreachable registry.
const RETRIES = ['--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-factor=3'];
const LAST_LINES = 15;

/** The program and leading arguments that run npm: the very npm this was started with, else the one on the path. */
export function npmCommand() {
  const entry = process.env.npm_execpath ?? '';
  if (/npm-cli\.c?js$/.test(entry)) return { file: process.execPath, args: [entry], options: {} };
  return { file: 'npm', args: [], options: { shell: process.platform === 'win32' } };
}

/** Runs npm in the project's folder, showing nothing, and resolves with its exit code and what it wrote. */
export function runNpm(command, args) {
  const npm = npmCommand();
  return collectChild(npm.file, [...npm.args, command, ...RETRIES, ...args], { cwd: ROOT, ...npm.options });
}

/** Whether npm failed because it could not reach its registry. */
export function hasNoNetwork({ stdout, stderr }) {
  return NO_NETWORK.test(`${stdout}${stderr}`);
}

/** Why npm failed and what to do about it, from what it wrote. */
export function npmFailure(what, { code, stdout, stderr }) {
  const wrote = `${stdout}${stderr}`.trim();
  const last = wrote.split('\n').slice(-LAST_LINES).join('\n');
  return new LaunchError(`${what}: ${cause(wrote, code)}\nnpm wrote:\n${last}`);
}

function cause(wrote, code) {
  if (NO_NETWORK.test(wrote)) {
    return (
      'npm cannot reach its registry. Check the network connection, and the proxy and registry in ' +
      '"npm config list", then run the command again.'
    );
  }
  if (/\bENOSPC\b/.test(wrote)) return 'the disk is full. Free some space, then run the command again.';
  if (/\b(EACCES|EPERM|EROFS)\b/.test(wrote)) {
    return `this user may not write in ${ROOT} or in npm's cache. Give the user these folders, then run the command again.`;
  }
  return `npm ended with exit code ${code}.`;
}
