export { withLogContext } from './logging/log-context.js';
export { ProcessLogger } from './logging/process-logger.js';
export { PreformattedLine } from './logging/preformatted-line.js';
export { checkMetricsToken } from './metrics/metrics-token.js';
export { MeasuredCache } from './metrics/measured-cache.js';
export {
  type CacheMetrics,
  type Count,
  type Distribution,
  type Level,
  Metrics,
  type Series,
} from './metrics/metrics.js';
export { ProcessMetrics } from './metrics/process-metrics.js';
export { StoppedWork } from './metrics/stopped-work.js';
export { ObservabilityModule } from './observability.module.js';
