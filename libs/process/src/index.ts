export { ProcessLifecycle } from './process-lifecycle.js';
export { ProcessModule } from './process.module.js';
export { describeStartFailure } from './start-failure.js';
export { startProcess } from './start-process.js';
