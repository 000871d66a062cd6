import { type Scenario } from '../scenario.js';
import { CLAIM_AND_VERIFY } from './decisions.js';
import { HEALTH_LIVE, HEALTH_READY } from './health.js';
import { LOGIN, REFRESH } from './logins.js';
import { MIXED_LOAD } from './mixed.js';
import { LIST_DEEP, LIST_FILTERED, LIST_FIRST, READ_ONE, SEARCH } from './reads.js';
import { RECEIPT } from './receipts.js';
import { DOWNLOAD_RANGE, UPLOAD_1_MIB, UPLOAD_256_MIB, UPLOAD_256_MIB_BARE } from './uploads.js';

/** In the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  READ_ONE,
  LIST_FIRST,
  LIST_DEEP,
  LIST_FILTERED,
  SEARCH,
  CLAIM_AND_VERIFY,
  UPLOAD_1_MIB,
  UPLOAD_256_MIB,
  UPLOAD_256_MIB_BARE,
  DOWNLOAD_RANGE,
  LOGIN,
  REFRESH,
  RECEIPT,
  HEALTH_READY,
  HEALTH_LIVE,
  MIXED_LOAD,
];
