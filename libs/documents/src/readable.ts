import { type Actor } from '#libs/kernel';

/**
 * Whose documents the actor may know about: null is everybody's, otherwise only their own. Repositories make a WHERE of
 * it, so what is foreign is not found.
 */
export function readableOf(actor: Actor): string | null {
  if (actor.reaches('document:read', 'any')) return null;
  if (actor.id === null) throw new Error('Nobody in particular owns no documents');
  return actor.id;
}
