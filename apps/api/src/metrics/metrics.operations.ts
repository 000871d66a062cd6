import { type OperationMetadata } from '#libs/http';
import { UnauthorizedError } from '#libs/kernel';

const EXAMPLE = `# HELP veritrail_database_waiting How many wait for a connection of the pool.
# TYPE veritrail_database_waiting gauge
veritrail_database_waiting 0
`;

export const GET_METRICS: OperationMetadata = {
  id: 'getMetrics',
  summary: 'Read the metrics of this process',
  description:
    'In the text format of Prometheus. Operators decide whether there are any to read, and may demand a token of their own as `Authorization: Bearer`.',
  access: 'public',
  success: {
    status: 200,
    description: 'The metrics.',
    content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } },
  },
  problems: [UnauthorizedError],
};
