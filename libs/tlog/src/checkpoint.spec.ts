import { emptyRoot } from '#libs/merkle';
import { checkpointText, parseCheckpoint } from './checkpoint.js';

const CHECKPOINT = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
`;

describe('a checkpoint', () => {
  it('is parsed and formatted as in tlog-checkpoint', () => {
    const checkpoint = parseCheckpoint(CHECKPOINT);
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
    expect(checkpointText(checkpoint)).toBe(CHECKPOINT);
  });

  it('of an empty log has the size 0', () => {
    expect(checkpointText({ origin: 'log', size: 0, root: emptyRoot() })).toBe(
      'log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
    );
  });

  it.each([
    ['a leading zero', CHECKPOINT.replace('\n2', '\n02')],
    ['a sign', CHECKPOINT.replace('\n2', '\n-2')],
    ['a size beyond counting', CHECKPOINT.replace('20852163', '9007199254740992')],
    ['a short root', CHECKPOINT.replace('CsUYapGG', '')],
    ['a root in other base64', CHECKPOINT.replace('q2I=', 'q2J=')],
    ['an extension line', `${CHECKPOINT}more\n`],
    ['no origin', CHECKPOINT.slice(CHECKPOINT.indexOf('\n'))],
    ['no newline at the end', CHECKPOINT.trimEnd()],
  ])('is refused with %s', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow('A checkpoint must have three lines');
  });

  it('is not written with an origin of two lines, a short root or half a leaf', () => {
    expect(() => checkpointText({ origin: 'a\nb', size: 0, root: emptyRoot() })).toThrow('one line');
    expect(() => checkpointText({ origin: 'a', size: 1, root: Buffer.alloc(31) })).toThrow('32 bytes');
    expect(() => checkpointText({ origin: 'a', size: 1.5, root: emptyRoot() })).toThrow(RangeError);
  });
});
