import { ForbiddenError, NotFoundError, type OperationMetadata } from '#libs/kernel';
import { NothingSealedError } from '../log-store/sealed-log.errors.js';

const CACHED = { 'Cache-Control': 'How long it may be kept.' };
const NAMES =
  'Only what the newest checkpoint covers is there, full or cut to any width; it never changes. Every tile has one name: another spelling is not found.';
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
    'How many entries the log has and under which root, signed (C2SP tlog-checkpoint). Whoever keeps any one of them can show a rewritten history for ever.',
  access: 'public',
  success: {
    status: 200,
    description: 'The checkpoint, a signed note.',
    content: { 'text/plain': { schema: { type: 'string' }, example: CHECKPOINT_EXAMPLE } },
    headers: CACHED,
  },
  problems: [NothingSealedError],
};

export const GET_LOG_KEYS: OperationMetadata = {
  id: 'getLogKeys',
  summary: 'Get the keys that checkpoints of the log are signed with',
  description:
    'A verifier key a line (C2SP signed-note), the newest first. A key that came from here proves nothing against whoever operates this server: get it from somebody you trust, or keep it from the first day on.',
  access: 'public',
  success: {
    status: 200,
    description: 'The keys.',
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
  summary: 'Get a tile of hashes of the log',
  description: `256 neighbouring hashes of one level of the Merkle tree, 32 bytes each (C2SP tlog-tiles); every proof can be made of tiles. ${NAMES}`,
  access: 'public',
  success: { status: 200, description: 'The hashes.', content: BYTES, headers: CACHED },
  problems: [NotFoundError],
};

export const GET_LOG_ENTRIES: OperationMetadata = {
  id: 'getLogEntries',
  summary: 'Get a bundle of entries of the log',
  description: `The leaves below a tile of level 0, each behind its length in two bytes (C2SP tlog-tiles), compressed for those who take gzip. For those who may read every entry; this request becomes an entry too. ${NAMES}`,
  access: 'audit:read',
  audited: 'audit.read',
  success: {
    status: 200,
    description: 'The leaves.',
    content: BYTES,
    headers: { ...CACHED, Vary: 'The answer depends on `Accept-Encoding`.' },
  },
  problems: [NotFoundError, ForbiddenError],
};
