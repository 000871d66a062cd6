import { NotFoundError, NotSealedYetError, type OperationMetadata } from '#libs/kernel';
import { NothingSealedError, TreeSizeNotReachedError } from '../log-store/sealed-log.errors.js';
import { CHECKPOINT_EXAMPLE } from '../tlog-api/tlog.operations.js';
import { CheckpointView, ConsistencyView, InclusionView } from './dto/proofs.views.js';

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
const OTHER_HASH = 'NSxLwWjoNzqCNLHOGrDV2bTR2jGEcmNPjCNSHyyvrtE=';
const CHECKPOINT = {
  size: 20_852_163,
  rootHash: ROOT,
  signedAt: '2025-11-20T09:30:00.750Z',
  note: CHECKPOINT_EXAMPLE,
};

export const GET_AUDIT_CHECKPOINT: OperationMetadata = {
  id: 'getAuditCheckpoint',
  summary: 'Read the newest checkpoint of the audit log',
  description:
    'What `/tlog/checkpoint` signs, as JSON. The header `Audit-Checkpoint` on the answer of every change names the same, as the process that answered knew it: a client that keeps any one of them can show a rewritten history for ever.',
  access: 'public',
  success: { status: 200, description: 'The checkpoint.', type: CheckpointView, example: CHECKPOINT },
  problems: [NothingSealedError],
};

export const GET_INCLUSION: OperationMetadata = {
  id: 'getEntryInclusion',
  summary: 'Prove that an entry is in the log',
  description:
    'The Merkle audit path from the leaf of the entry to the root of the newest checkpoint (RFC 6962, section 2.1.1). This request becomes an entry too.',
  access: 'audit:read',
  audited: 'audit.read',
  success: {
    status: 200,
    description: 'The proof.',
    type: InclusionView,
    example: {
      entryId: '019aa099-69c0-7a3e-9a55-3f1f0d8f6f10',
      leafIndex: 20_852_161,
      leafHash: '352c4bc168e8373a8234b1ce1ab0d5d9b4d1da318472634f8c23521f2cafaed1',
      path: [OTHER_HASH, ROOT],
      checkpoint: CHECKPOINT,
    },
  },
  problems: [NotFoundError, NotSealedYetError],
};

export const GET_CONSISTENCY: OperationMetadata = {
  id: 'getLogConsistency',
  summary: 'Prove that the log only grew between two sizes',
  description:
    'The Merkle consistency proof (RFC 6962, section 2.1.2) from the size of a checkpoint that you hold to a later one. The roots are what this server says now: compare them with those that you hold.',
  access: 'public',
  success: {
    status: 200,
    description: 'The proof.',
    type: ConsistencyView,
    example: { from: 2, fromRootHash: OTHER_HASH, to: 3, toRootHash: ROOT, path: [OTHER_HASH] },
  },
  problems: [NothingSealedError, TreeSizeNotReachedError],
};
