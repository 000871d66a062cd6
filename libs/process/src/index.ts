export { ProcessLifecycle } from './process-lifecycle.js';
export { ProcessModule } from './process.module.js';
export { describeStartFailure, EXIT_CONFIGURATION } from './start-failure.js';
export { startProcess } from './start-process.js';
