import { type DatabaseReader } from './database-reader.js';
import { type Sent } from './statement-log.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** What of a plan a test may rely on: which tables are read from end to end, and which indexes are followed. */
export interface PlanShape {
  readonly scanned: readonly string[];
  readonly indexes: readonly string[];
}

/** How PostgreSQL would run this statement with these values. */
export async function planOf(database: DatabaseReader, { text, values }: Sent): Promise<PlanShape> {
  const [row] = await database.query<{ 'QUERY PLAN': ReadonlyArray<{ Plan: PlanNode }> }>(
    `EXPLAIN (FORMAT JSON) ${text}`,
    [...values],
  );
  const nodes = (row?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => flatten(Plan));
  return {
    scanned: nodes.flatMap((node) =>
      node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? '?'] : [],
    ),
    indexes: [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))].sort(),
  };
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}
