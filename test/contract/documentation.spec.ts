import { ACCEPTED_TYPES } from '../../libs/documents/src/upload/accepted-types.js';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { variableNames } from '#libs/config';

describe('docs/operations.md', () => {
  const text = readFileSync('docs/operations.md', 'utf8');

  it('explains every variable that the configuration reads', () => {
    expect(variableNames().filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('README.md', () => {
  it('has at most 150 lines', () => {
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

describe('docs/performance.md', () => {
  it('has at most 120 lines', () => {
    expect(readFileSync('docs/performance.md', 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(120);
  });
});

describe('when sealing has stopped, docs/operations.md', () => {
  const section = /^## When sealing has stopped$(.*?)^## /ms.exec(readFileSync('docs/operations.md', 'utf8'));

  it('quotes messages of the sequencer', () => {
    const quoted = [...(section?.[1] ?? '').matchAll(/(?<=[ ])[*]([^*]+)[*](?=[, ])/g)].map(
      ([, text]) => text ?? '',
    );
    const messages = readFileSync('libs/audit/src/sequencer/history-check.ts', 'utf8');
    expect(quoted.length).toBeGreaterThan(5);
    expect(quoted.filter((text) => !messages.includes(text))).toEqual([]);
  });
});

describe('links between documents', () => {
  const documents = ['README.md', ...markdownBelow('docs')];

  it.each(documents)('of %s lead to files that exist', (document) => {
    const links = [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, to]) => to ?? '',
    );
    expect(links.filter((to) => !existsSync(join(dirname(document), to)))).toEqual([]);
  });
});

describe('commands in documents', () => {
  const text = ['README.md', ...markdownBelow('docs')].map((file) => readFileSync(file, 'utf8')).join('\n');
  const named = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name]) => name ?? '');

  it('name scripts of package.json', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const used = named(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g);
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('name programs that exist', () => {
    const programs = named(/\bdist\/(apps\/[\w/-]+)[.]js\b/g);
    const scripts = named(/\b((?:apps|test|deploy)\/[\w/-]+[.](?:mjs|sh|ts))\b/g);
    expect(programs.length).toBeGreaterThan(5);
    expect([...programs.map((name) => `${name}.ts`), ...scripts].filter((file) => !existsSync(file))).toEqual(
      [],
    );
  });
});

describe('decision records', () => {
  const folder = 'docs/decisions';
  const index = readFileSync(join(folder, 'README.md'), 'utf8');
  const records = readdirSync(folder).filter((name) => name !== 'README.md');

  it('have numbers of their own', () => {
    const numbers = records.map((name) => name.slice(0, 4));
    expect(new Set(numbers).size).toBe(records.length);
  });

  it.each(records)('%s has the form of a record and is in the index', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const [, number = '', title = ''] =
      /^# (\d+)[.] (.+)\n\n- [*]{2}Date:[*]{2} \d{4}-\d\d-\d\d\n- [*]{2}Status:[*]{2} .+\n/.exec(text) ?? [];
    expect(name).toMatch(new RegExp(`^${number.padStart(4, '0')}-[a-z0-9-]+[.]md$`));
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      'Context',
      'Decision',
      'Alternatives',
      'Consequences',
    ]);
    const lines = text.trimEnd().split('\n').length;
    expect(lines).toBeGreaterThanOrEqual(20);
    expect(lines).toBeLessThanOrEqual(60);
    expect(index).toContain(`| ${number} | [${title}](${name}) |`);
  });
});

function markdownBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}
