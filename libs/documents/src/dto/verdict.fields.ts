import { EnumField, Sha256Field, TextField } from '#libs/http';
import { DECISION_EXAMPLE } from './decision.view.js';
import { type ReasonedAction, reasonCodesFor } from '../domain/reason-codes.js';

/** The bytes that a decision is about. */
export const VersionSha256Field = (): PropertyDecorator =>
  Sha256Field({
    description:
      'The SHA-256 of the bytes you looked at: 409 when they are no longer the current version. Leave it out only when you hold the claim, since the owner cannot bring other bytes then.',
    example: DECISION_EXAMPLE.versionSha256,
    optional: true,
  });

/** Words for the owner. */
export const MessageField = (): PropertyDecorator =>
  TextField({
    description: 'For the owner.',
    max: 2000,
    multiline: true,
    optional: true,
    example: 'Thank you for the clear scan.',
  });

/** Words for colleagues. */
export const NoteField = (): PropertyDecorator =>
  TextField({
    description: 'For reviewers, admins and auditors only; the owner never sees it.',
    max: 2000,
    multiline: true,
    optional: true,
    example: 'Compared with the sample of the issuing office.',
  });

/** Words for the owner about a reason. */
export const ReasonMessageField = (): PropertyDecorator =>
  TextField({
    description:
      'For the owner, instead of the words that belong to the reason code. Required with the reason `other`.',
    max: 2000,
    multiline: true,
    optional: true,
    example: 'The lower half of page 2 is out of focus.',
  });

/** Why, from the closed list. */
export const ReasonCodeField = (action: ReasonedAction, example: string): PropertyDecorator =>
  EnumField({
    description: 'Why: one of those codes of `GET /v1/reason-codes` that this action takes.',
    values: reasonCodesFor(action),
    example,
  });
