import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { nameOfProblem, problemCatalogue } from './catalogue.js';

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

describe('problemCatalogue', () => {
  const kinds = problemCatalogue();

  it('contains the code of every error class in the sources', () => {
    const declared = ['apps/api/src', 'libs']
      .flatMap(sources)
      .flatMap((text) => [...text.matchAll(/static override readonly code(?:: string)? = '([A-Z0-9_]+)'/g)])
      .map(([, code]) => code ?? '');
    expect(declared.length).toBeGreaterThan(20);
    expect(declared.filter((code) => !kinds.has(nameOfProblem(code)))).toEqual([]);
  });

  it('has a status, a title and a description for each code', () => {
    for (const { code, status, title, about } of kinds.values()) {
      expect(code).toMatch(/^[A-Z][A-Z0-9_]*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(title.length).toBeGreaterThan(3);
      expect(about.length).toBeGreaterThan(20);
    }
  });
});
