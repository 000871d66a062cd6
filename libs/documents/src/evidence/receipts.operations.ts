import { NotSealedYetError } from '#libs/audit';
import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';

const HEADERS = { 'Content-Disposition': 'The suggested file name.' };
const RECEIPT_EXAMPLE = `c2sp.org/tlog-proof@v1
index 2
lZ1dRVqPNpmlKdFsbkl9rBKlWpSIVFLYFYdwl5kUkAk=

veritrail.example.com/log
3
bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=

\u2014 veritrail.example.com/log 2QY3XyNYmEkT1Hrr6VgvyVpb+YZBxYFVFxcwbP9+9DzoUfHIbV2UHoHCMO/pGUnEXf0fbyYyKE8yW0GvtzJZTPEtZAk=
`;

// Neither operation is audited: the same actors see the same facts through `listDecisions`.

export const GET_DECISION_RECEIPT: OperationMetadata = {
  id: 'getDecisionReceipt',
  summary: 'Get the receipt of a decision',
  description:
    'The proof that the decision is in the audit log, as C2SP `tlog-proof` text: the index of its leaf, the path to the root, and the newest signed checkpoint. With the bytes from `…/leaf` and the verifier key of the log, a client can check the receipt at any time without this server. A receipt stays valid when the log grows; a later request returns a receipt with a newer checkpoint.',
  access: 'document:read',
  success: {
    status: 200,
    description: 'The receipt (`.tlog-proof`).',
    content: { 'text/plain': { schema: { type: 'string' }, example: RECEIPT_EXAMPLE } },
    headers: HEADERS,
  },
  problems: [NotFoundError, NotSealedYetError],
};

export const GET_DECISION_LEAF: OperationMetadata = {
  id: 'getDecisionLeaf',
  summary: 'Get the log leaf of a decision',
  description:
    'The leaf of the decision in the audit log, as canonical JSON (RFC 8785). Store it byte for byte, because the receipt proves SHA-256(0x00 || leaf). The leaf names the document, the SHA-256 of the decided bytes, the decision, the user who made it, the roles of that user and the time. It identifies people by id and contains only a salted commitment to IP addresses and user agents.',
  access: 'document:read',
  success: {
    status: 200,
    description: 'The exact bytes of the leaf.',
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    headers: HEADERS,
  },
  problems: [NotFoundError, NotSealedYetError],
};
