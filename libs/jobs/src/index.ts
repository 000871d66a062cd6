export { Heartbeat, heartbeatIsFresh, STUCK_AFTER_MS } from './heartbeat.js';
export { JobRunner } from './job-runner.js';
export { BackgroundJob, type JobWork } from './job.js';
export { JobsModule } from './jobs.module.js';
export { Leadership } from './leadership.js';
