import { BooleanField } from '#libs/http';

export class ClaimDocumentDto {
  @BooleanField({
    description:
      'If true, the claim of another reviewer ends and the caller gets a new claim. Requires the permission `review:reassign`; otherwise 403.',
    example: false,
    optional: true,
  })
  takeOver?: boolean;
}
