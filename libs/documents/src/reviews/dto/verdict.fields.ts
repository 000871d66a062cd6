import { EnumField, Sha256Field, TextField } from '#libs/http';
import { DECISION_EXAMPLE } from '../../documents/dto/decision.view.js';
import { type ReasonedAction, reasonCodesFor } from '../../domain/reason-codes.js';

/** The bytes that a decision is about. */
export const VersionSha256Field = (): PropertyDecorator =>
  Sha256Field({
    description:
      'The SHA-256 of the bytes that the reviewer looked at: 409 if they are not the current version. Omit it only while you hold the claim, because the owner cannot upload a new version during a claim.',
    example: DECISION_EXAMPLE.versionSha256,
    optional: true,
  });

/** Words for the owner. */
export const MessageField = (): PropertyDecorator =>
  TextField({
    description: 'A message to the owner.',
    max: 2000,
    multiline: true,
    optional: true,
    example: 'Thank you for the clear scan.',
  });

/** Words for colleagues. */
export const NoteField = (): PropertyDecorator =>
  TextField({
    description:
      'An internal note. Only verifiers and admins see it; the owner of the document and auditors do not.',
    max: 2000,
    multiline: true,
    optional: true,
    example: 'Compared with the sample of the issuing office.',
  });

/** Words for the owner about a reason. */
export const ReasonMessageField = (): PropertyDecorator =>
  TextField({
    description:
      'The message to the owner. It replaces the default message of the reason code. Required with the reason code `other`.',
    max: 2000,
    multiline: true,
    optional: true,
    example: 'The lower half of page 2 is out of focus.',
  });

/** Why, from the closed list. */
export const ReasonCodeField = (action: ReasonedAction, example: string): PropertyDecorator =>
  EnumField({
    description: 'The reason: a code from `GET /v1/reason-codes` that this action accepts.',
    values: reasonCodesFor(action),
    example,
  });
