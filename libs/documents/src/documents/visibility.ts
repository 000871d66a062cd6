import { type Actor, type Permission } from '#libs/kernel';

/**
 * Whose documents the permission lets the actor know about: null is everybody's, otherwise only their own. Repositories
 * make a WHERE of it, so what is foreign is not found.
 */
export function readableOf(actor: Actor, permission: Permission = 'document:read'): string | null {
  if (actor.reaches(permission, 'any')) return null;
  if (actor.id === null) throw new Error('An actor without an id cannot own documents');
  return actor.id;
}

/** Notes are what reviewers write for each other: not for an owner, whatever their roles, nor for who only audits. */
export function readsNotes(actor: Actor, { ownerId }: { ownerId: string }): boolean {
  return actor.id !== ownerId && actor.reaches('review:decide', 'any');
}
