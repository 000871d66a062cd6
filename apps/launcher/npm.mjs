/** The program and leading arguments that run npm: the very npm this was started with, else the one on the path. */
export function npmCommand() {
  const entry = process.env.npm_execpath ?? '';
  if (/npm-cli\.c?js$/.test(entry)) return { file: process.execPath, args: [entry], options: {} };
  return { file: 'npm', args: [], options: { shell: process.platform === 'win32' } };
}
