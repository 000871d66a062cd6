import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { NoteSigner, NoteVerifier } from './note-key.js';
import { NoteError, openNote, parseNote, signNote } from './signed-note.js';

// The example of C2SP's signed-note.
const VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const TEXT = 'This is an example message.\n';
const NOTE = `${TEXT}
— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

function signer(name: string): NoteSigner {
  const { privateKey } = generateKeyPairSync('ed25519');
  return NoteSigner.fromPem(name, String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
}

describe('a signed note', () => {
  const [one, two, stranger] = [signer('log.example'), signer('log.example'), signer('other.example')];

  it('opens as in the specification', () => {
    const verifier = NoteVerifier.parse(VKEY);
    expect(verifier.vkey).toBe(VKEY);
    expect(openNote(NOTE, [verifier])).toBe(TEXT);
  });

  it('opens with either of two keys during a key rotation', () => {
    const note = signNote(TEXT, [one, two]);
    expect(parseNote(note).signatures).toHaveLength(2);
    expect(openNote(note, [one.verifier])).toBe(TEXT);
    expect(openNote(note, [NoteVerifier.parse(two.verifier.vkey)])).toBe(TEXT);
    expect(() => openNote(note, [stranger.verifier])).toThrow('None of the known keys');
  });

  it('is refused for one wrong signature of a known key', () => {
    const [right, wrong] = [signNote(TEXT, [one]), signNote('Something else.\n', [two])];
    const note = right + wrong.slice(wrong.indexOf('\u2014'));
    expect(openNote(note, [one.verifier])).toBe(TEXT);
    expect(() => openNote(note, [one.verifier, two.verifier])).toThrow(
      'The signature of log.example is wrong',
    );
  });

  it('does not open after any bit is flipped', () => {
    const bytes = Buffer.from(signNote(TEXT, [one]));
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => openNote(flipped.toString(), [one.verifier])).toThrow(NoteError);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['no newline at the end', 'text'],
    ['a carriage return', 'text\r\n'],
    ['a tab', 'a\ttext\n'],
    ['half a character', '\ud800\n'],
  ])('is not created from a text with %s', (_, text) => {
    expect(() => signNote(text, [one])).toThrow('note');
  });

  it('is not created without a signer', () => {
    expect(() => signNote(TEXT, [])).toThrow('at least one signature');
  });

  it.each([
    ['no signatures', TEXT],
    ['a missing last newline', NOTE.slice(0, -1)],
    ['a hyphen for the dash', NOTE.replace('\u2014', '-')],
    ['base64 that is not canonical', NOTE.replace('yaQM=', 'yaQN=')],
    ['a signature of nothing', `${TEXT}\n\u2014 example.com/foo Uw2QOg==\n`],
    ['65 signatures', `${TEXT}\n${NOTE.slice(TEXT.length + 1).repeat(65)}`],
  ])('is refused with %s', (_, note) => {
    expect(() => openNote(note, [NoteVerifier.parse(VKEY)])).toThrow('note');
  });
});

describe('a verifier key', () => {
  it.each([
    VKEY.replace('530d903a', '530d903b'),
    VKEY.replace('+Aek', '+Auk'),
    VKEY.replace('530d903a', '530D903A'),
    VKEY.slice(0, -4),
    'example.com/foo',
    '',
  ])('is refused if its id does not match the key: %j', (vkey) => {
    expect(() => NoteVerifier.parse(vkey)).toThrow('verifier key');
  });

  it.each(['', 'a b', 'a+b', 'a\nb', 'a\u00a0b'])('cannot have the name %j', (name) => {
    expect(() => signer(name)).toThrow('This is not a valid key name');
  });

  it('must be Ed25519, and the error does not repeat a refused key', () => {
    const pem = String(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
    );
    expect(() => NoteSigner.fromPem('log.example', pem)).toThrow(
      'Notes must be signed with an Ed25519 key, not with ec',
    );
    expect(() => NoteSigner.fromPem('log.example', 'secret')).toThrow(/^(?!.*secret).*not a private key/);
  });
});
