import { type Command } from 'commander';
import { type Finding, type LeafContent } from '#libs/log-check';
import { printable } from './describe-leaf.js';

/** What the holder of a receipt or of an evidence bundle expects it to be about. */
export interface Expected {
  readonly document?: string | undefined;
  readonly sha256?: string | undefined;
  readonly decision?: string | undefined;
}

/** Adds the options of `Expected` to a command. */
export function withExpectedOptions(command: Command): Command {
  return command
    .option('--document <id>', 'the document that it must be about')
    .option('--sha256 <hex>', 'the SHA-256 of the document bytes that the decision must be about')
    .option('--decision <id>', 'the decision that it must be about');
}

/** A finding for each expectation that a leaf does not meet. */
export function unmetExpectations(content: LeafContent, expected: Expected): Finding[] {
  const { details, target } = content;
  const decision = details?.['decision'] as { readonly id?: unknown } | undefined;
  const values: ReadonlyArray<[string, unknown, string | undefined]> = [
    ['document', target?.['type'] === 'document' ? target['id'] : undefined, expected.document],
    ['SHA-256', target?.['sha256'], expected.sha256],
    ['decision', decision?.id, expected.decision],
  ];
  return values.flatMap(([name, actual, wanted]) => {
    if (wanted === undefined || actual === wanted.toLowerCase()) return [];
    return [{ where: 'the receipt', why: `it is about the ${name} ${printable(actual)}, not ${wanted}` }];
  });
}
