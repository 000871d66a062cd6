import { readFileSync } from 'node:fs';
import { variableNames } from '#libs/kernel';

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
