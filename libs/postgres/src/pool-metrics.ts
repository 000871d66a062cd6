import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Metrics } from '#libs/observability';
import { poolOf } from './connection-pool.js';

/** Metrics of the connection pool: used and idle connections and waiting callers. */
@Injectable()
export class PoolMetrics {
  constructor(metrics: Metrics, dataSource: DataSource) {
    const pool = () => (dataSource.isInitialized ? poolOf(dataSource) : null);
    metrics.watch(
      {
        name: 'veritrail_database_connections',
        help: 'Connections of the pool.',
        labels: ['state'],
      },
      () => {
        const { totalCount = 0, idleCount = 0 } = pool() ?? {};
        return [
          [{ state: 'in_use' }, totalCount - idleCount],
          [{ state: 'idle' }, idleCount],
        ];
      },
    );
    metrics.watch(
      { name: 'veritrail_database_waiting', help: 'Callers that wait for a connection of the pool.' },
      () => [[{}, pool()?.waitingCount ?? 0]],
    );
  }
}
