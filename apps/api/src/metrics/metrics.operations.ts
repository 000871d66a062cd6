import { type OperationMetadata } from '#libs/http';
import { UnauthorizedError } from '#libs/kernel';

const EXAMPLE = `# HELP veritrail_database_waiting Callers that wait for a connection of the pool.
# TYPE veritrail_database_waiting gauge
veritrail_database_waiting 0
`;

export const GET_METRICS: OperationMetadata = {
  id: 'getMetrics',
  summary: 'Read the metrics of the process',
  description:
    'Metrics in the Prometheus text format. The operator can disable this endpoint, or require a separate metrics token as `Authorization: Bearer`.',
  access: 'public',
  success: {
    status: 200,
    description: 'The metrics.',
    content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } },
  },
  problems: [UnauthorizedError],
};
