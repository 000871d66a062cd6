import { type LeafContent } from '#libs/log-check';

/** The content of a leaf in words, so that the reader can see what a valid receipt is about. */
export function describeLeaf(content: LeafContent): string[] {
  const { action, actor, occurredAt, outcome, reasonCode, target } = content;
  const reason = reasonCode === null ? '' : ` (${reasonCode})`;
  const about = target ? `${printable(target['type'])} ${printable(target['id'])}` : 'nothing';
  const who = `${printable(actor['type'])} ${printable(actor['id'])}`;
  return [
    `${printable(action)} ${outcome}${printable(reason)} at ${occurredAt} by ${who}`,
    `about ${about}, version ${printable(target?.['version'])}, SHA-256 ${printable(target?.['sha256'])}`,
  ];
}

/** A value from a leaf as text of limited length, without control characters that could affect a terminal. */
export function printable(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
  return text.slice(0, 200).replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\ufffd');
}
