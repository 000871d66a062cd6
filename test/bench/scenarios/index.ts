import { type Scenario } from '../scenario.js';
import { CLAIM_AND_VERIFY } from './decisions.js';
import { HEALTH_LIVE, HEALTH_READY } from './health.js';
import { LIST_FIRST, READ_ONE } from './reads.js';

export const SCENARIOS: readonly Scenario[] = [
  READ_ONE,
  LIST_FIRST,
  CLAIM_AND_VERIFY,
  HEALTH_READY,
  HEALTH_LIVE,
];
