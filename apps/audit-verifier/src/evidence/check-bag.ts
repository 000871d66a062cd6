import { Broken, decodeUtf8, type Findings } from '#libs/log-check';
import { type EvidenceFiles, isPlainPath } from './evidence-files.js';
import { digestOf, readWhole } from './read-file.js';

const DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
const MANIFEST = 'manifest-sha256.txt';
const TAG_MANIFEST = 'tagmanifest-sha256.txt';
const MAX_TAG_BYTES = 4 * 1024 ** 2;
const LINE = /^([0-9a-f]{64}) {2}([^\n]+)$/;

/**
 * Checks that a bag is complete and valid (RFC 8493 section 3) and that its manifests list every file. That only shows that
 * no file was damaged: an attacker who changes a file can change the manifest. Returns the SHA-256 of each payload file.
 */
export async function checkBag(
  files: EvidenceFiles,
  findings: Findings,
): Promise<ReadonlyMap<string, string>> {
  const declaration = await textOf(files, 'bagit.txt');
  if (declaration !== DECLARATION)
    findings.add('bagit.txt', 'it does not declare a bag of BagIt 1.0 in UTF-8');
  const payload = await manifest(files, MANIFEST);
  const tags = await manifest(files, TAG_MANIFEST);
  for (const path of files.paths) {
    const [listing, name] = path.startsWith('data/') ? [payload, MANIFEST] : [tags, TAG_MANIFEST];
    if (path !== TAG_MANIFEST && !listing.has(path)) findings.add(path, `it is not listed in ${name}`);
  }
  let bytes = 0;
  for (const [path, listed] of [...payload, ...tags]) {
    const isPayload = path.startsWith('data/');
    if (isPayload !== payload.has(path)) findings.add(path, 'it is listed in the wrong manifest');
    if (!files.paths.includes(path)) findings.add(path, 'it is listed in a manifest, but missing');
    else {
      const digest = await digestOf(files, path);
      if (isPayload) bytes += digest.bytes;
      if (digest.sha256 !== listed)
        findings.add(path, `its SHA-256 is ${digest.sha256}, but the manifest lists ${listed}`);
    }
  }
  if (tags.has('bag-info.txt')) await checkOxum(files, `${bytes}.${payload.size}`, findings);
  return payload;
}

async function checkOxum(files: EvidenceFiles, counted: string, findings: Findings): Promise<void> {
  const [, listed] = /^Payload-Oxum: (.+)$/m.exec(await textOf(files, 'bag-info.txt')) ?? [];
  if (listed !== undefined && listed !== counted)
    findings.add('bag-info.txt', `its Payload-Oxum is ${listed}, but the payload has ${counted}`);
}

async function manifest(files: EvidenceFiles, path: string): Promise<Map<string, string>> {
  const text = await textOf(files, path);
  if (!text.endsWith('\n')) throw new Broken(path, 'its last line does not end with a newline');
  const listed = new Map<string, string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const [, sum, name] = LINE.exec(line) ?? [];
    if (sum === undefined || name === undefined || !isPlainPath(name)) {
      throw new Broken(
        path,
        `it has a line that is not a SHA-256 and a path: ${JSON.stringify(line.slice(0, 200))}`,
      );
    }
    if (listed.has(name)) throw new Broken(path, `it lists ${name} twice`);
    listed.set(name, sum);
  }
  return listed;
}

async function textOf(files: EvidenceFiles, path: string): Promise<string> {
  const text = decodeUtf8(await readWhole(files, path, MAX_TAG_BYTES));
  if (text === null) throw new Broken(path, 'it is not UTF-8');
  return text;
}
