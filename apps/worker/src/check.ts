import { heartbeatIsFresh } from '#libs/jobs';

// The health check of the worker's container: `node dist/apps/worker/src/check.js`.
process.exitCode = heartbeatIsFresh() ? 0 : 1;
