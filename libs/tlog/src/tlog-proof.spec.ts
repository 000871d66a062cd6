import { leafHashes } from '../../../test/support/memory-log.js';
import { parseTlogProof, tlogProofText } from './tlog-proof.js';

const CHECKPOINT = 'log\n3\nroot\n\n\u2014 log signature\n';
const PATH = leafHashes(2);
const PROOF = tlogProofText({ index: 2, path: PATH, checkpoint: CHECKPOINT });

describe('a tlog-proof', () => {
  it('contains the header, the index, the path and the checkpoint, verbatim', () => {
    const [sibling, above] = PATH.map((hash) => Buffer.from(hash).toString('base64'));
    expect(PROOF).toBe(`c2sp.org/tlog-proof@v1\nindex 2\n${sibling}\n${above}\n\n${CHECKPOINT}`);
    expect(parseTlogProof(PROOF)).toEqual({ index: 2, path: PATH, checkpoint: CHECKPOINT });
  });

  it('has an empty path in a log of one leaf', () => {
    const text = tlogProofText({ index: 0, path: [], checkpoint: CHECKPOINT });
    expect(text).toBe(`c2sp.org/tlog-proof@v1\nindex 0\n\n${CHECKPOINT}`);
    expect(parseTlogProof(text)).toEqual({ index: 0, path: [], checkpoint: CHECKPOINT });
  });

  it('may contain extra data, which is ignored', () => {
    expect(parseTlogProof(PROOF.replace('\nindex', '\nextra c2FsdA==\nindex')).index).toBe(2);
  });

  it.each([
    ['another version', PROOF.replace('@v1', '@v2')],
    ['a leading zero', PROOF.replace('index 2', 'index 02')],
    ['no index', PROOF.replace('index 2\n', '')],
    ['a hash that is too short', PROOF.replace('index 2\n', 'index 2\nc2hvcnQ=\n')],
    ['a path that no tree has', PROOF.replace('index 2\n', `index 2\n${`${'A'.repeat(43)}=\n`.repeat(62)}`)],
    ['nothing behind the path', PROOF.slice(0, PROOF.indexOf('\n\n') + 2)],
    ['carriage returns', PROOF.replaceAll('\n', '\r\n')],
  ])('is refused with %s', (_, text) => {
    expect(() => parseTlogProof(text)).toThrow(/proof|path/);
  });
});
