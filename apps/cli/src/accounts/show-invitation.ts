import { type Environment } from '#libs/config';
import { type IssuedInvitation } from '#libs/users';

/** Prints the token, the only time it is ever shown, and how its owner uses it. */
export function showInvitation(invitation: IssuedInvitation, environment: Environment): void {
  const base = environment['PUBLIC_URL']?.replace(/\/+$/, '') || 'https://veritrail.example';
  const body = JSON.stringify({ token: invitation.token, password: '…' });
  console.log(`Invitation, valid once and until ${invitation.expiresAt.toISOString()}:`);
  console.log(`  ${invitation.token}`);
  console.log('Its owner sets a password with:');
  console.log(`  curl ${base}/v1/auth/invitations/accept -H 'content-type: application/json' -d '${body}'`);
}
