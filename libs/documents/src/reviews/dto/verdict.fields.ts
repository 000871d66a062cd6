import { EnumField, Sha256Field, TextField } from '#libs/http';
import { DECISION_EXAMPLE } from '../../documents/dto/decision.view.js';
import { type ReasonedAction, reasonCodesFor } from '../../domain/reason-codes.js';

/** The version that the decision applies to. */
export const VersionSha256Field = (): PropertyDecorator =>
  Sha256Field({
    description: 'The SHA-256 of the bytes that you reviewed: 409 if they are not the current version.',
    example: DECISION_EXAMPLE.versionSha256,
    optional: true,
  });

/** An optional message to the owner. */
export const MessageField = (): PropertyDecorator =>
  TextField({
    description: 'A message to the owner.',
    max: 2000,
    multiline: true,
    optional: true,
    example: 'Thank you for the clear scan.',
  });

/** An internal note for reviewers. */
export const NoteField = (): PropertyDecorator =>
  TextField({
    description:
      'An internal note. Only verifiers and admins see it; the owner of the document and auditors do not.',
    max: 2000,
    multiline: true,
    optional: true,
    example: 'Compared with the sample of the issuing office.',
  });

/** A message to the owner that replaces the message of the reason code. */
export const ReasonMessageField = (): PropertyDecorator =>
  TextField({
    description:
      'The message to the owner. It replaces the default message of the reason code. Required with the reason code `other`.',
    max: 2000,
    multiline: true,
    optional: true,
    example: 'The lower half of page 2 is out of focus.',
  });

/** A reason code that the action accepts. */
export const ReasonCodeField = (action: ReasonedAction, example: string): PropertyDecorator =>
  EnumField({
    description: 'The reason: a code from `GET /v1/reason-codes` that this action accepts.',
    values: reasonCodesFor(action),
    example,
  });
