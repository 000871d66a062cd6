import { NotSealedYetError } from '#libs/audit';
import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';

const HEADERS = { 'Content-Disposition': 'The suggested name of a file.' };
const RECEIPT_EXAMPLE = `c2sp.org/tlog-proof@v1
index 2
lZ1dRVqPNpmlKdFsbkl9rBKlWpSIVFLYFYdwl5kUkAk=

veritrail.example.com/log
3
bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=

\u2014 veritrail.example.com/log 2QY3XyNYmEkT1Hrr6VgvyVpb+YZBxYFVFxcwbP9+9DzoUfHIbV2UHoHCMO/pGUnEXf0fbyYyKE8yW0GvtzJZTPEtZAk=
`;

// Neither is a reading of content: what a receipt proves is what `listDecisions` shows to the same people.

export const GET_DECISION_RECEIPT: OperationMetadata = {
  id: 'getDecisionReceipt',
  summary: 'Get the receipt of a decision',
  description:
    'The proof that the decision is in the audit log, as C2SP `tlog-proof` text: the index of its leaf, the path to the root, and the newest signed checkpoint. With the bytes of `…/leaf` and the verifier key of the log it can be checked for ever, without this server. A receipt stays true when the log grows; asked for again, it is under a newer checkpoint.',
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
  summary: 'Get the bytes that the receipt of a decision is about',
  description:
    'The leaf of the log: canonical JSON (RFC 8785), to be kept byte for byte, since SHA-256(0x00 || leaf) is what the receipt proves. It names the document, the SHA-256 of the bytes decided about, the decision, who made it in which roles and when. People are ids; of addresses and user agents it holds only a salted commitment.',
  access: 'document:read',
  success: {
    status: 200,
    description: 'The exact bytes.',
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    headers: HEADERS,
  },
  problems: [NotFoundError, NotSealedYetError],
};
