import { NotSealedYetError } from '#libs/audit';
import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { ContentDamagedError } from '../content/content.errors.js';
import { DocumentNotDecidedError } from '../domain/document.errors.js';

export const GET_EVIDENCE: OperationMetadata = {
  id: 'getEvidence',
  summary: 'Download the evidence bundle of a document',
  description:
    'A ZIP file with a BagIt bag (RFC 8493). The bag contains the exact bytes of the version that the newest decision applies to, the leaf and the receipt of that decision, the leaves of all other events of the document with their proofs, the signed checkpoint that the proofs lead to, the verifier keys, and `VERIFY.md`. `VERIFY.md` explains how to check the bag with `sha256sum`, `openssl` and coreutils, without this server.\n\nFor auditors the bag does not contain the bytes of the document. It identifies people by id only and contains no IP addresses or user agents. The bag contains the entries that were sealed at the time of the request. The request itself is recorded in the audit log, so the next bundle contains it. If the connection closes before the end of the file, the bundle is not complete: download it again.',
  access: 'document:read',
  audited: 'document.evidence_read',
  success: {
    status: 200,
    description: 'The bundle.',
    content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
    headers: { 'Content-Disposition': 'The suggested file name.' },
  },
  problems: [NotFoundError, DocumentNotDecidedError, NotSealedYetError, ContentDamagedError],
};
