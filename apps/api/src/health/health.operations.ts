import { type OperationMetadata } from '#libs/http';
import { LivenessView, ReadinessView } from './health.view.js';
import { NotReadyError } from '#libs/problems';

const CHECKS = { serving: 'up', database: 'up', storage: 'up', migrations: 'up' };

export const LIVENESS: OperationMetadata = {
  id: 'getLiveness',
  summary: 'Ask whether the process runs',
  description: 'Does no I/O. When it fails, restart the process.',
  access: 'public',
  success: { status: 200, description: 'It runs.', type: LivenessView, example: { status: 'ok' } },
};

export const READINESS: OperationMetadata = {
  id: 'getReadiness',
  summary: 'Ask whether the process should get traffic',
  description:
    'Looks at the database, the migrations and the storage. 503 while one is down and while it shuts down.',
  access: 'public',
  success: {
    status: 200,
    description: 'Every part is up.',
    type: ReadinessView,
    example: { status: 'ok', checks: CHECKS },
  },
  problems: [NotReadyError],
};

export const STARTUP: OperationMetadata = {
  id: 'getStartup',
  summary: 'Ask whether the process has started',
  description: 'Succeeds from the first moment on at which the process was ready, whatever happens later.',
  access: 'public',
  success: { status: 200, description: 'It has started.', type: LivenessView, example: { status: 'ok' } },
  problems: [NotReadyError],
};
