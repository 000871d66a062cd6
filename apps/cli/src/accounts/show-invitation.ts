import { type Environment } from '#libs/config';
import { type IssuedInvitation } from '#libs/users';

/** Prints the token and how to use it. The token is not stored and cannot be shown again. */
export function showInvitation(invitation: IssuedInvitation, environment: Environment): void {
  const base = environment['PUBLIC_URL']?.replace(/\/+$/, '') || 'https://veritrail.example';
  const body = JSON.stringify({ token: invitation.token, password: '…' });
  console.log(`Invitation, for one use until ${invitation.expiresAt.toISOString()}:`);
  console.log(`  ${invitation.token}`);
  console.log('Deliver it through a secure channel. Its owner sets the password with:');
  console.log(`  curl ${base}/v1/auth/invitations/accept -H 'content-type: application/json' -d '${body}'`);
}
