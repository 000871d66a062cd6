import { type DatabaseReader } from './database-reader.js';
import { type Sent } from './statement-log.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** The properties of a plan on which a test may rely: the tables with a sequential scan, and the indexes used. */
export interface PlanShape {
  readonly scanned: readonly string[];
  readonly indexes: readonly string[];
}

/** The plan that PostgreSQL chooses for this statement with these values. */
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
