import ts from 'typescript';
import { foreignKeysAcrossSchemas, MODULE_SCHEMAS, QUERY, schemasInSql } from './sql-rules.js';

/** Something that a wall forbids, and where. */
export interface Violation {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly detail: string;
}

type Report = (node: ts.Node, detail: string) => void;

/** A rule on the syntax tree of one file, for what dependency-cruiser cannot see. */
interface SourceRule {
  readonly name: string;
  applies(file: string): boolean;
  check(source: ts.SourceFile, report: Report, file: string): void;
}

const ENVIRONMENT = 'libs/config/src/environment.ts';
const CLOCK = 'libs/kernel/src/time/clock.ts';
const isProduct = (file: string): boolean =>
  /^(apps|libs|migrations)\//.test(file) && !/^apps\/launcher\/|[.]spec[.]ts$/.test(file);

const environmentIsReadOnce: SourceRule = {
  name: 'environment-is-read-once',
  applies: (file) => isProduct(file) && file !== ENVIRONMENT,
  check: (source, report) =>
    walk(source, (node) => {
      const isAccess =
        (ts.isPropertyAccessExpression(node) && node.name.text === 'env') ||
        (ts.isElementAccessExpression(node) &&
          ts.isStringLiteral(node.argumentExpression) &&
          node.argumentExpression.text === 'env');
      const isImport =
        ts.isImportSpecifier(node) &&
        (node.propertyName ?? node.name).text === 'env' &&
        /^['"](node:)?process['"]$/.test(node.parent.parent.parent.moduleSpecifier.getText());
      const isDestructuring =
        ts.isVariableDeclaration(node) &&
        node.initializer?.getText() === 'process' &&
        /\benv\b/.test(node.name.getText());
      if ((isAccess && node.expression.getText() === 'process') || isImport || isDestructuring) {
        report(node, `the environment is read in ${ENVIRONMENT} only`);
      }
    }),
};

const timeIsReadThroughTheClock: SourceRule = {
  name: 'time-is-read-through-the-clock',
  applies: (file) => isProduct(file) && file !== CLOCK,
  check: (source, report) =>
    walk(source, (node) => {
      const isNow =
        ts.isPropertyAccessExpression(node) &&
        node.expression.getText() === 'Date' &&
        node.name.text === 'now';
      const isToday =
        (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
        node.expression.getText() === 'Date' &&
        (node.arguments ?? []).length === 0;
      if (isNow || isToday) report(node, 'the current time comes from Clock');
    }),
};

const METADATA_DECORATORS = new Set(['Body', 'Query', 'Param', 'Headers']);
const DATA_CLASS = /(Dto|Params|Query|Body)$/;

const classesAreImportedAsValues: SourceRule = {
  name: 'classes-are-imported-as-values',
  applies: isProduct,
  check: (source, report) => {
    const typeOnly = typeOnlyImports(source);
    for (const [name, node] of typeOnly) {
      if (DATA_CLASS.test(name)) report(node, `import type of ${name} switches its validation off`);
    }
    walk(source, (node) => {
      if (!ts.isParameter(node) || !node.type || !emitsMetadata(node)) return;
      const name = ts.isTypeReferenceNode(node.type) ? node.type.typeName.getText() : '';
      if (typeOnly.has(name)) report(node, `import type of ${name} erases what the container injects`);
    });
  },
};

const modulesKeepToTheirSchema: SourceRule = {
  name: 'modules-keep-to-their-schema',
  applies: (file) => isProduct(file) && !file.startsWith('migrations/'),
  check: (source, report, file) => {
    const own = schemasOf(file);
    walk(source, (node) => {
      const text = literalText(node);
      if (text === null) return;
      const foreign = schemasInSql(text).filter((schema) => !own.includes(schema));
      if (foreign.length > 0) report(node, `SQL reaches into the schema ${foreign.join(', ')}`);
    });
    walk(source, (node) => {
      const schema = entitySchema(node);
      if (schema !== null && !own.includes(schema)) report(node, `an entity of the schema ${schema}`);
    });
  },
};

const noForeignKeyCrossesASchema: SourceRule = {
  name: 'no-foreign-key-crosses-a-schema',
  applies: (file) => file.startsWith('migrations/'),
  check: (source, report) =>
    walk(source, (node) => {
      for (const detail of foreignKeysAcrossSchemas(literalText(node) ?? '')) report(node, detail);
    }),
};

const valuesAreBound: SourceRule = {
  name: 'values-are-bound',
  applies: isProduct,
  check: (source, report) =>
    walk(source, (node) => {
      if (ts.isTemplateExpression(node) && QUERY.test(literalText(node) ?? '')) {
        const before = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].slice(0, -1);
        if (before.some((text) => /'%?$/.test(text)))
          report(node, 'a value in quotes belongs into a parameter');
      }
      if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
        const sides = [node.left, node.right].map((side) => literalText(side) ?? '');
        if (sides.some((side) => QUERY.test(side))) report(node, 'SQL is not put together with +');
      }
    }),
};

const SILENCERS = /(\b(oxlint|eslint)-disable|\bprettier-ignore|@ts-(ignore|nocheck|expect-error))\b/;

const nothingIsSilenced: SourceRule = {
  name: 'nothing-is-silenced',
  applies: () => true,
  check: (source, report) => {
    const seen = new Set<number>();
    walk(source, (node) => {
      for (const comment of ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []) {
        if (!seen.has(comment.pos) && SILENCERS.test(source.text.slice(comment.pos, comment.end))) {
          report(node, 'a check that can be switched off is not a check');
        }
        seen.add(comment.pos);
      }
    });
  },
};

export const SOURCE_RULES: readonly SourceRule[] = [
  environmentIsReadOnce,
  timeIsReadThroughTheClock,
  classesAreImportedAsValues,
  modulesKeepToTheirSchema,
  noForeignKeyCrossesASchema,
  valuesAreBound,
  nothingIsSilenced,
];

/** Everything that the source rules forbid in one file; `file` is relative to the root, with forward slashes. */
export function violationsIn(file: string, text: string): Violation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Violation[] = [];
  for (const rule of SOURCE_RULES.filter((candidate) => candidate.applies(file))) {
    rule.check(
      source,
      (node, detail) => {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        found.push({ rule: rule.name, file, line, detail });
      },
      file,
    );
  }
  return found;
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

function typeOnlyImports(source: ts.SourceFile): Map<string, ts.Node> {
  const names = new Map<string, ts.Node>();
  walk(source, (node) => {
    if (!ts.isImportSpecifier(node)) return;
    if (node.isTypeOnly || node.parent.parent.phaseModifier === ts.SyntaxKind.TypeKeyword) {
      names.set(node.name.text, node);
    }
  });
  return names;
}

function emitsMetadata(parameter: ts.ParameterDeclaration): boolean {
  const decorators = decoratorNames(parameter);
  if (ts.isConstructorDeclaration(parameter.parent)) {
    return decoratorNames(parameter.parent.parent).length > 0 && !decorators.includes('Inject');
  }
  return decorators.some((name) => METADATA_DECORATORS.has(name));
}

function decoratorNames(node: ts.Node): string[] {
  if (!ts.canHaveDecorators(node)) return [];
  return (ts.getDecorators(node) ?? []).map(({ expression }) =>
    (ts.isCallExpression(expression) ? expression.expression : expression).getText(),
  );
}

/** The text of a string or template; placeholders become a space. */
function literalText(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(' ');
}

function schemasOf(file: string): readonly string[] {
  const module = /^(?:libs|apps)\/[^/]+/.exec(file)?.[0] ?? '';
  return MODULE_SCHEMAS[module] ?? [];
}

function entitySchema(node: ts.Node): string | null {
  if (!ts.isDecorator(node) || !ts.isCallExpression(node.expression)) return null;
  if (node.expression.expression.getText() !== 'Entity') return null;
  const text = node.expression.arguments.map((argument) => argument.getText()).join(' ');
  return /schema:\s*['"](\w+)['"]/.exec(text)?.[1] ?? null;
}
