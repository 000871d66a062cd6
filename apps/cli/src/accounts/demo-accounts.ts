import { type Role } from '#libs/kernel';

export interface DemoAccount {
  readonly email: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
}

/** One account per role, for evaluation. Never created in production. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { email: 'user@example.com', displayName: 'Demo user: uploads documents', roles: ['user'] },
  {
    email: 'verifier@example.com',
    displayName: 'Demo verifier: decides about documents',
    roles: ['verifier'],
  },
  { email: 'admin@example.com', displayName: 'Demo admin: decides, reopens, revokes', roles: ['admin'] },
  {
    email: 'manager@example.com',
    displayName: 'Demo user manager: manages accounts',
    roles: ['user_manager'],
  },
  { email: 'auditor@example.com', displayName: 'Demo auditor: reads the audit log', roles: ['auditor'] },
];
