import { type Actor, type Permission } from '#libs/kernel';

/**
 * The visibility filter: the owner whose documents the permission lets the actor see. Null means the documents of all
 * owners. Repositories put it into the WHERE clause, so other documents are not found.
 */
export function visibleOwnerOf(actor: Actor, permission: Permission = 'document:read'): string | null {
  if (actor.reaches(permission, 'any')) return null;
  if (actor.id === null) throw new Error('An actor without an id cannot own documents');
  return actor.id;
}

/** Whether the actor may decide about documents, and is not the owner of this one. */
export function mayReview(actor: Actor, { ownerId }: { ownerId: string }): actor is Actor & { id: string } {
  return actor.id !== null && actor.id !== ownerId && actor.reaches('review:decide', 'any');
}

/** Only reviewers see internal notes, and never on their own documents. Owners and auditors do not see them. */
export function seesNotes(actor: Actor, document: { ownerId: string }): boolean {
  return mayReview(actor, document);
}
