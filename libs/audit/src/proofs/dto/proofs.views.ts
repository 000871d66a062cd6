import { ApiProperty } from '@nestjs/swagger';
import { type SignedCheckpoint } from '../../log-store/sealed-log.repository.js';
import { type Consistency, type Inclusion } from '../log-proofs.service.js';

const HASH = { type: 'string', pattern: '^[A-Za-z0-9+/]{43}=$' } as const;
const HASHES = { type: 'array', items: HASH } as const;

/** A signed state of the log. */
export class CheckpointView {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'How many leaves the log has.' })
  size!: number;

  @ApiProperty({ ...HASH, description: 'The root of its Merkle tree (RFC 6962), base64.' })
  rootHash!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  signedAt!: string;

  @ApiProperty({ description: 'The checkpoint itself (C2SP tlog-checkpoint): keep this.' })
  note!: string;
}

/** That an entry is in the log: RFC 6962, section 2.1.1. */
export class InclusionView {
  @ApiProperty({ format: 'uuid' })
  entryId!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'The place of the entry in the log, from 0.' })
  leafIndex!: number;

  @ApiProperty({
    type: 'string',
    pattern: '^[0-9a-f]{64}$',
    description: 'SHA-256 of a zero byte and the bytes of the leaf, as exports have it.',
  })
  leafHash!: string;

  @ApiProperty({ ...HASHES, description: 'From the sibling of the leaf up to the child of the root.' })
  path!: string[];

  @ApiProperty({ type: CheckpointView, description: 'The checkpoint whose root the path leads to.' })
  checkpoint!: CheckpointView;
}

/** That the log only grew between two sizes: RFC 6962, section 2.1.2. */
export class ConsistencyView {
  @ApiProperty({ type: 'integer', minimum: 0 })
  from!: number;

  @ApiProperty({ ...HASH, description: 'The root that the log had at that size.' })
  fromRootHash!: string;

  @ApiProperty({ type: 'integer', minimum: 0 })
  to!: number;

  @ApiProperty({ ...HASH, description: 'The root that the log had at that size.' })
  toRootHash!: string;

  @ApiProperty({ ...HASHES, description: 'Empty when the sizes are equal or the first one is 0.' })
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
