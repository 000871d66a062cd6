import { type Actor, type Permission } from '#libs/kernel';

/**
 * Whose documents the permission lets the actor know about: null is everybody's, otherwise only their own. Repositories
 * make a WHERE of it, so what is foreign is not found.
 */
export function readableOf(actor: Actor, permission: Permission = 'document:read'): string | null {
  if (actor.reaches(permission, 'any')) return null;
  if (actor.id === null) throw new Error('Nobody in particular owns no documents');
  return actor.id;
}
