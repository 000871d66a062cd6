import { describeWording, wordingsIn } from './language.js';

// npm run --silent wording [-- PATH…]: lists every banned construction, in the whole repository unless paths are given.
const paths = process.argv.slice(2);
const wordings = wordingsIn(process.cwd(), paths.length > 0 ? paths : ['.']);
for (const wording of wordings) process.stdout.write(`${describeWording(wording)}\n`);
process.stderr.write(`${wordings.length} in ${new Set(wordings.map(({ file }) => file)).size} files\n`);
