const MAX_NAME_LENGTH = 100;

/**
 * The JSON pointer (RFC 6901) of a member. A name that is too long or is no text stays out of the answer: the pointer then
 * names what holds it.
 */
export function pointerTo(parent: string, name: string): string {
  if (name.length > MAX_NAME_LENGTH || !name.isWellFormed()) return parent;
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
