import { type ModuleDeclaration, type NamesIn } from '#libs/declarations';
import { SEALING_SECTION } from './configuration/sealing.configuration.js';
import { AuditModule } from './audit.module.js';
import { NothingSealedError, TreeSizeNotReachedError } from './log-store/sealed-log.errors.js';
import { NotSealedYetError } from './proofs/not-sealed-yet.error.js';
import { SealingModule } from './sequencer/sealing.module.js';

const PERMISSIONS = {
  'audit:read': { target: 'audit_log' },
  'audit:export': { target: 'audit_log' },
} as const;

const AUDIT_ACTIONS = {
  'audit.read': 'A user read entries of the audit log.',
  'audit.exported': 'A user started an export of the audit log.',
  'audit.refusals_dropped':
    'Some refused requests could not be recorded in the audit log. They are in the server log only.',
  'audit.log_recovered':
    'An operator resumed sealing after the database and the published checkpoints contradicted each other.',
  'access.denied': 'The server refused a request because the caller was not allowed to make it.',
} as const;

const AUDIT_TARGETS = ['audit_log'] as const;

declare module '#libs/kernel' {
  interface Permissions extends NamesIn<typeof PERMISSIONS> {}
  interface AuditActions extends NamesIn<typeof AUDIT_ACTIONS> {}
  interface AuditTargets extends NamesIn<typeof AUDIT_TARGETS> {}
}

/** The declarations of the audit module. */
export const AUDIT: ModuleDeclaration = {
  name: 'audit',
  module: AuditModule,
  jobsModule: SealingModule,
  schema: 'audit',
  tags: [
    {
      name: 'Audit',
      description:
        'Who did what, when, to which bytes and with what outcome. Cryptographic proofs let a client check that the log was not rewritten, without trusting this server or its database.',
    },
  ],
  permissions: PERMISSIONS,
  auditActions: AUDIT_ACTIONS,
  auditTargets: AUDIT_TARGETS,
  problems: [NothingSealedError, TreeSizeNotReachedError, NotSealedYetError],
  configuration: SEALING_SECTION,
};
