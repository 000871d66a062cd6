import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { NotSealedYetError } from './not-sealed-yet.error.js';
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
    'The content of `/tlog/checkpoint` as JSON. The response to every change also has the newest checkpoint that the process knows, in the header `Audit-Checkpoint`. Store at least one checkpoint. With it you can detect and prove later that the history before it was rewritten.',
  access: 'public',
  success: { status: 200, description: 'The checkpoint.', type: CheckpointView, example: CHECKPOINT },
  problems: [NothingSealedError],
};

export const GET_INCLUSION: OperationMetadata = {
  id: 'getEntryInclusion',
  summary: 'Prove that an entry is in the log',
  description:
    'The Merkle audit path from the leaf of the entry to the root of the newest checkpoint (RFC 6962, section 2.1.1). The request itself is recorded in the audit log.',
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
  summary: 'Prove that the log has only grown between two sizes',
  description:
    'The Merkle consistency proof (RFC 6962, section 2.1.2) from the size of a checkpoint that the client holds to a later size. The response also has the roots that this server computes now: compare them with the roots in your checkpoints.',
  access: 'public',
  success: {
    status: 200,
    description: 'The proof.',
    type: ConsistencyView,
    example: { from: 2, fromRootHash: OTHER_HASH, to: 3, toRootHash: ROOT, path: [OTHER_HASH] },
  },
  problems: [NothingSealedError, TreeSizeNotReachedError],
};
