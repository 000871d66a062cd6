import { ApiProperty } from '@nestjs/swagger';
import { type SignedCheckpoint } from '../../log-store/sealed-log.repository.js';
import { type Consistency, type Inclusion } from '../log-proofs.service.js';

const HASH = { type: 'string', pattern: '^[A-Za-z0-9+/]{43}=$' } as const;
const HASHES = { type: 'array', items: HASH } as const;

/** A signed checkpoint of the log. */
export class CheckpointView {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'The number of leaves in the log.' })
  size!: number;

  @ApiProperty({ ...HASH, description: 'The root hash of the Merkle tree (RFC 6962) in base64.' })
  rootHash!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  signedAt!: string;

  @ApiProperty({
    description: 'The signed checkpoint (C2SP tlog-checkpoint). Store this text to check the log later.',
  })
  note!: string;
}

/** An inclusion proof (RFC 6962, section 2.1.1). */
export class InclusionView {
  @ApiProperty({ format: 'uuid' })
  entryId!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'The index of the entry in the log, starting at 0.',
  })
  leafIndex!: number;

  @ApiProperty({
    type: 'string',
    pattern: '^[0-9a-f]{64}$',
    description: 'The leaf hash: SHA-256(0x00 || leaf). Exports contain the same value.',
  })
  leafHash!: string;

  @ApiProperty({
    ...HASHES,
    description: 'The hashes of the audit path, from the sibling of the leaf to a child of the root.',
  })
  path!: string[];

  @ApiProperty({ type: CheckpointView, description: 'The checkpoint whose root hash the path proves.' })
  checkpoint!: CheckpointView;
}

/** A consistency proof (RFC 6962, section 2.1.2). */
export class ConsistencyView {
  @ApiProperty({ type: 'integer', minimum: 0 })
  from!: number;

  @ApiProperty({ ...HASH, description: 'The root hash of the log at this size.' })
  fromRootHash!: string;

  @ApiProperty({ type: 'integer', minimum: 0 })
  to!: number;

  @ApiProperty({ ...HASH, description: 'The root hash of the log at this size.' })
  toRootHash!: string;

  @ApiProperty({
    ...HASHES,
    description: 'The hashes of the consistency proof. Empty if the sizes are equal or the first size is 0.',
  })
  path!: string[];
}

export function toCheckpointView({ size, root, signedAt, note }: SignedCheckpoint): CheckpointView {
  return { size, rootHash: base64(root), signedAt: signedAt.toISOString(), note };
}

export function toInclusionView({ leaf, path, checkpoint }: Inclusion): InclusionView {
  return {
    entryId: leaf.entryId,
    leafIndex: leaf.index,
    leafHash: leaf.hash.toString('hex'),
    path: path.map(base64),
    checkpoint: toCheckpointView(checkpoint),
  };
}

export function toConsistencyView({ from, fromRoot, to, toRoot, path }: Consistency): ConsistencyView {
  return { from, fromRootHash: base64(fromRoot), to, toRootHash: base64(toRoot), path: path.map(base64) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
