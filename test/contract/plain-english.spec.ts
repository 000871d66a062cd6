import { join } from 'node:path';
import { describeWording, wordingsIn } from '../language/language.js';
import { LANGUAGE_RULES } from '../language/rules.js';

const ROOT = join(__dirname, '..', '..');
const BREACHES = join(__dirname, '..', 'fixtures', 'language');

/** Merged migrations are never edited, so the comments of the first ones stay as they are. */
const MERGED_MIGRATION = /^migrations\/1763600000\d{3}-/;

describe('plain English', () => {
  it('contains none of the banned constructions', () => {
    const wordings = wordingsIn(ROOT, ['.']).filter(({ file }) => !MERGED_MIGRATION.test(file));
    expect(wordings.map(describeWording)).toEqual([]);
  });

  it('reports each planted breach by file and line, and nothing else', () => {
    const reported = wordingsIn(BREACHES, ['.']).map(({ file, line, found }) => `${file}:${line} ${found}`);
    expect(reported).toEqual([
      'compose.yml:1 whoever',
      'docs/breaches.md:3 Whoever',
      'docs/breaches.md:4 Nobody',
      'docs/breaches.md:4 no one',
      'docs/breaches.md:6 Somebody',
      'docs/breaches.md:7 Anybody',
      'docs/breaches.md:8 Everybody',
      'docs/breaches.md:9 Those who',
      'docs/breaches.md:10 any more',
      'docs/breaches.md:11 says of',
      'docs/breaches.md:12 another one',
      'docs/breaches.md:13 are no',
      'docs/breaches.md:14 for ever',
      'docs/breaches.md:15 in silence',
      'docs/breaches.md:16 of ours',
      'docs/breaches.md:17 for a while',
      'docs/breaches.md:18 remembers',
      'docs/breaches.md:19 leaves an entry',
      'docs/breaches.md:20 stands still',
      'docs/breaches.md:21 Hand it over',
      'docs/breaches.md:22 sees to it',
      'docs/breaches.md:23 anew',
      'docs/breaches.md:24 is told',
      'libs/messages.ts:1 whoever',
      'libs/messages.ts:4 any more',
      'libs/messages.ts:8 somebody',
      'openapi.json:2 Whoever',
      'test/titles.spec.ts:1 nobody',
      'test/titles.spec.ts:2 whoever',
      'test/titles.spec.ts:5 somebody',
    ]);
  });

  it('has a planted breach for each rule', () => {
    const reported = new Set(wordingsIn(BREACHES, ['.']).map(({ rule }) => rule));
    expect(LANGUAGE_RULES.filter(({ name }) => !reported.has(name))).toEqual([]);
  });
});
