import { RolesAndSchemas1763600000001 } from './1763600000001-roles-and-schemas.js';
import { Users1763600000002 } from './1763600000002-users.js';
import { Auth1763600000003 } from './1763600000003-auth.js';
import { Documents1763600000004 } from './1763600000004-documents.js';
import { Audit1763600000005 } from './1763600000005-audit.js';
import { Idempotency1763600000006 } from './1763600000006-idempotency.js';
import { Sealing1763600000007 } from './1763600000007-sealing.js';
import { Completeness1763600000008 } from './1763600000008-completeness.js';
import { Revocations1763600000009 } from './1763600000009-revocations.js';
import { TitleSearch1763600000010 } from './1763600000010-title-search.js';
import { DocumentsAppendOnly1763600000011 } from './1763600000011-documents-append-only.js';
import { LogKeys1763600000013 } from './1763600000013-log-keys.js';
import { CompletenessOfHistory1763600000016 } from './1763600000016-completeness-of-history.js';

/** All migrations, oldest first. Never edit a merged migration; add a new one. */
export const migrations = [
  RolesAndSchemas1763600000001,
  Users1763600000002,
  Auth1763600000003,
  Documents1763600000004,
  Audit1763600000005,
  Idempotency1763600000006,
  Sealing1763600000007,
  Completeness1763600000008,
  Revocations1763600000009,
  TitleSearch1763600000010,
  DocumentsAppendOnly1763600000011,
  LogKeys1763600000013,
  CompletenessOfHistory1763600000016,
];
