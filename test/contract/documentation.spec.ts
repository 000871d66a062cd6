import { ACCEPTED_TYPES } from '../../libs/documents/src/upload/accepted-types.js';
import { readFileSync } from 'node:fs';
import { variableNames } from '#libs/config';

describe('docs/operations.md', () => {
  const text = readFileSync('docs/operations.md', 'utf8');

  it('explains every variable that the configuration reads', () => {
    expect(variableNames().filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('README.md', () => {
  it('stays short enough to be read', () => {
    expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThanOrEqual(150);
  });
});

describe('docs/uploads.md', () => {
  it('shows every type that can be uploaded', () => {
    const rows = readFileSync('docs/uploads.md', 'utf8')
      .split('\n')
      .filter((line) => /^\| `[a-z]+\//.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, 3)
          .map((cell) => cell.replaceAll('`', '').trim()),
      );
    expect(rows).toEqual(
      ACCEPTED_TYPES.map(({ mediaType, extensions }) => [
        mediaType,
        extensions.map((extension) => `.${extension}`).join(' '),
      ]),
    );
  });
});
