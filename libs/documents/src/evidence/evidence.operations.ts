import { NotSealedYetError } from '#libs/audit';
import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { ContentDamagedError } from '../content/content.errors.js';
import { DocumentNotDecidedError } from './evidence.errors.js';

export const GET_EVIDENCE: OperationMetadata = {
  id: 'getEvidence',
  summary: 'Download the evidence about a document',
  description:
    'A ZIP that holds a BagIt bag (RFC 8493): the exact bytes of the version that the newest decision is about, the leaf and the receipt of that decision, the leaves of everything else that happened to the document with their proofs, the signed checkpoint that they lead to, the verifier keys, and `VERIFY.md`, which says how to check all of it with `sha256sum`, `openssl` and coreutils when this server is no more.\n\nAuditors get it without the bytes of the document. People are ids in it; addresses and user agents are in it for nobody. It holds what was sealed when you asked; that you asked becomes an entry, which the next bundle holds. A connection that breaks off before the end was a bundle that failed.',
  access: 'document:read',
  audited: 'document.evidence_read',
  success: {
    status: 200,
    description: 'The bundle.',
    content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
    headers: { 'Content-Disposition': 'The suggested name of a file.' },
  },
  problems: [NotFoundError, DocumentNotDecidedError, NotSealedYetError, ContentDamagedError],
};
