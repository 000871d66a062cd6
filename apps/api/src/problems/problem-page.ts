import { type ProblemKindView } from './problem-kind.view.js';

/** Whether this `Accept` header prefers HTML to JSON (RFC 9110, section 12.5.1). */
export function prefersPage(accept: string | undefined): boolean {
  const weights = new Map(
    (accept ?? '*/*').split(',').map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [type, quality === undefined ? 1 : Number(quality) || 0] as const;
    }),
  );
  const weightOf = (type: string, family: string) =>
    weights.get(type) ?? weights.get(family) ?? weights.get('*/*') ?? 0;
  return weightOf('text/html', 'text/*') > weightOf('application/json', 'application/*');
}

/** The list of all problems as HTML. */
export function listPage(kinds: readonly ProblemKindView[]): string {
  const rows = kinds.map(
    ({ type, code, status, title }) =>
      `<li><a href="${escape(type)}"><code>${escape(code)}</code></a> (${status}): ${escape(title)}</li>`,
  );
  return page('Problems', `<p>Every error response has one of these codes.</p><ul>${rows.join('')}</ul>`);
}

/** The documentation of a problem as HTML: the page to which `type` links. */
export function kindPage({ code, status, title, about }: ProblemKindView): string {
  return page(
    title,
    `<p><code>${escape(code)}</code>, status ${status}</p><p>${escape(about)}</p><p><a href="../problems">All problems</a></p>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)} · Veritrail</title><meta name="viewport" content="width=device-width"></head><body><main><h1>${escape(title)}</h1>${content}</main></body></html>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
