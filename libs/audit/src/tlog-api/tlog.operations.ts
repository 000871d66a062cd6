import { type OperationMetadata } from '#libs/http';
import { ForbiddenError, NotFoundError } from '#libs/kernel';
import { NothingSealedError } from '../log-store/sealed-log.errors.js';

const CACHED = { 'Cache-Control': 'How long a cache may store the response.' };
const NAMES =
  'The server has only the tiles that the newest checkpoint covers, full or partial with any width. A tile never changes. Each tile has exactly one path; any other spelling answers 404.';
const BYTES = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };

export const CHECKPOINT_EXAMPLE = [
  'veritrail.example/tlog',
  '20852163',
  'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=',
  '',
  '— veritrail.example/tlog Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=',
  '',
].join('\n');

export const GET_LOG_CHECKPOINT: OperationMetadata = {
  id: 'getLogCheckpoint',
  summary: 'Get the newest signed checkpoint of the log',
  description:
    'The size and the root hash of the log, signed (C2SP tlog-checkpoint). Store at least one checkpoint. With it you can detect and prove later that the history before it was rewritten.',
  access: 'public',
  success: {
    status: 200,
    description: 'The checkpoint as a signed note (C2SP signed-note).',
    content: { 'text/plain': { schema: { type: 'string' }, example: CHECKPOINT_EXAMPLE } },
    headers: CACHED,
  },
  problems: [NothingSealedError],
};

export const GET_LOG_KEYS: OperationMetadata = {
  id: 'getLogKeys',
  summary: 'Get the keys that verify the checkpoints of the log',
  description:
    'One verifier key per line (C2SP signed-note), the newest first. A key from this address does not protect you against the operator of this server. Get the key from a party that you trust, or store it at your first contact with the server and compare it later.',
  access: 'public',
  success: {
    status: 200,
    description: 'The verifier keys, one per line.',
    content: {
      'text/plain': {
        schema: { type: 'string' },
        example: 'veritrail.example/tlog+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8\n',
      },
    },
    headers: CACHED,
  },
  problems: [NothingSealedError],
};

export const GET_LOG_TILE: OperationMetadata = {
  id: 'getLogTile',
  summary: 'Get a hash tile of the log',
  description: `256 consecutive hashes of one level of the Merkle tree, 32 bytes each (C2SP tlog-tiles). A client can compute every proof from tiles. ${NAMES}`,
  access: 'public',
  success: { status: 200, description: 'The hashes.', content: BYTES, headers: CACHED },
  problems: [NotFoundError],
};

export const GET_LOG_ENTRIES: OperationMetadata = {
  id: 'getLogEntries',
  summary: 'Get an entry bundle of the log',
  description: `The leaves below a tile of level 0, each preceded by its length in two bytes (C2SP tlog-tiles). The response is compressed if the client accepts gzip. Only callers who may read all entries get bundles. The request itself is recorded in the audit log. ${NAMES}`,
  access: 'audit:read',
  audited: 'audit.read',
  success: {
    status: 200,
    description: 'The leaves.',
    content: BYTES,
    headers: { ...CACHED, Vary: '`Accept-Encoding`: the response depends on this request header.' },
  },
  problems: [NotFoundError, ForbiddenError],
};
