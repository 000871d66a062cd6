import { query } from './database.mjs';

const RECEIPT = `
  SELECT e.id, e.leaf, s.leaf_index, c.note,
    (SELECT array_agg(leaf_hash ORDER BY leaf_index) FROM audit.sealed_leaves
     WHERE leaf_index BETWEEN s.leaf_index / 256 * 256 AND s.leaf_index / 256 * 256 + 255) AS tile
  FROM audit.entries e
  JOIN audit.sealed_leaves s ON s.entry_id = e.id
  JOIN LATERAL (
    SELECT note FROM audit.checkpoints WHERE tree_size > s.leaf_index ORDER BY tree_size DESC LIMIT 1) c ON TRUE
  WHERE e.target_id = $1 AND e.action = 'document.verified'
    AND $2 IN (e.details->>'decisionId', e.details->'decision'->>'id')`;

/** The parts of a receipt, read in one statement and sent unchanged: leaf, index, proof hashes, checkpoint. */
export async function receiptParts(documentId, decisionId) {
  const { rows } = await query('receipt', RECEIPT, [documentId, decisionId]);
  if (rows.length === 0) return null;
  const [{ leaf, leaf_index: index, note, tile }] = rows;
  return { index, note, leaf: leaf.toString('base64'), tile: tile.map((hash) => hash.toString('base64')) };
}
