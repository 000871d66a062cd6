import ts from 'typescript';

/**
 * The prose of one file: comments, test titles, messages, Markdown, descriptions. Same length and line breaks as the
 * file; everything else is blanked out, so that positions stay right and a rule can match across lines.
 */
export function proseOf(file: string, text: string): string {
  if (/[.](?:[cm]?ts|mjs)$/.test(file)) return proseOfSource(file, text);
  if (file.endsWith('.md')) return proseOfMarkdown(text);
  if (file.endsWith('.json'))
    return keep(text, /"(?:description|summary|title)": "(?<prose>(?:[^"\\]|\\.)*)"/g);
  return keep(text, /(?:^|\s)#(?<prose>.*)$/gm);
}

/** A template literal with a message has a space or a placeholder, a name in a comment has neither. */
const INLINE_CODE = /`[^`\s$]+`/g;

function proseOfSource(file: string, text: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const isTest = /^test\/|[.]spec[.]ts$/.test(file);
  const kept: Array<readonly [start: number, end: number]> = [];
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source).filter((child) => !isJsDoc(child));
    if (children.length > 0) return children.forEach(visit);
    // All comments of a file are leading trivia of one of its tokens.
    kept.push([node.getFullStart(), node.getStart(source)]);
    if (isText(node) && (isTest ? isTestTitle(node) : isMessage(node)))
      kept.push([node.getStart(source), node.getEnd()]);
  };
  visit(source);
  return blankedExcept(text, kept)
    .replace(/^\s*(?:\/\/|\/?[*]+\/?)/gm, (decoration) => decoration.replace(/\S/g, ' '))
    .replace(INLINE_CODE, blank);
}

const isJsDoc = ({ kind }: ts.Node): boolean =>
  kind >= ts.SyntaxKind.FirstJSDocNode && kind <= ts.SyntaxKind.LastJSDocNode;

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node);

/** A single word is a value: the account `nobody`. */
const isMessage = (node: ts.Node): boolean => /\s/.test(node.getText().trim());

/** Whether a text is the first argument of `describe(…)`, `it(…)`, `it.each(…)(…)` and the like. */
function isTestTitle(node: ts.Node): boolean {
  const title = ts.isStringLiteralLike(node) ? node : node.parent;
  const call = ts.isTemplateSpan(title) ? title.parent.parent : title.parent;
  return (
    ts.isCallExpression(call) &&
    /^[(]?.*\b(?:describe|it|test)\b/.test(call.expression.getText().split('\n')[0] ?? '')
  );
}

function proseOfMarkdown(text: string): string {
  return text.replace(/^ *```[^]*?^ *```|`[^`\n]+`/gm, blank);
}

/** Keeps what the group `prose` of each match covers. */
function keep(text: string, pattern: RegExp): string {
  const kept = [...text.matchAll(pattern)].map((match) => {
    const prose = match.groups?.['prose'] ?? '';
    const start = match.index + match[0].indexOf(prose);
    return [start, start + prose.length] as const;
  });
  return blankedExcept(text, kept).replaceAll(String.raw`\n`, '  ');
}

function blankedExcept(text: string, kept: ReadonlyArray<readonly [start: number, end: number]>): string {
  let end = 0;
  let result = '';
  for (const [from, to] of kept) {
    result += blank(text.slice(end, from)) + text.slice(from, to);
    end = to;
  }
  return result + blank(text.slice(end));
}

/** A character that no rule matches, so that texts on both sides of code stay apart. */
const blank = (text: string): string => text.replace(/\S/g, '\u0000');
