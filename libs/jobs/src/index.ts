export { Heartbeat, heartbeatIsFresh, STUCK_AFTER_MS } from './heartbeat.js';
export { JobMetrics } from './job-metrics.js';
export { JobRunner } from './job-runner.js';
export { type Job, JOBS } from './job.js';
export { Leadership } from './leadership.js';
