import { type OperationMetadata } from '#libs/http';
import { LivenessView, ReadinessView } from './health.view.js';
import { NotReadyError } from '#libs/problems';

const CHECKS = { serving: 'up', database: 'up', storage: 'up', migrations: 'up', log: 'up' };

export const LIVENESS: OperationMetadata = {
  id: 'getLiveness',
  summary: 'Check liveness',
  description:
    'Succeeds while the process can answer requests. The check performs no I/O. If it fails, restart the process.',
  access: 'public',
  success: {
    status: 200,
    description: 'The process is running.',
    type: LivenessView,
    example: { status: 'ok' },
  },
};

export const READINESS: OperationMetadata = {
  id: 'getReadiness',
  summary: 'Check readiness',
  description:
    'Checks the database, the migrations and the document store. Answers 503 while one of them is down and while the process shuts down: send no traffic to the process then. The check `log` is down while audit entries are not sealed or a stored checkpoint is invalid. The status is then `degraded`, and the process still answers requests.',
  access: 'public',
  success: {
    status: 200,
    description: 'The process serves requests.',
    type: ReadinessView,
    example: { status: 'ok', checks: CHECKS },
  },
  problems: [NotReadyError],
};

export const STARTUP: OperationMetadata = {
  id: 'getStartup',
  summary: 'Check startup',
  description: 'Succeeds as soon as the process has been ready once, and keeps succeeding afterwards.',
  access: 'public',
  success: {
    status: 200,
    description: 'The process has started.',
    type: LivenessView,
    example: { status: 'ok' },
  },
  problems: [NotReadyError],
};
