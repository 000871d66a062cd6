import { BooleanField } from '#libs/http';

export class ClaimDocumentDto {
  @BooleanField({
    description:
      'Ends the live claim of somebody else. Only for those with the permission `review:reassign`, 403 for others.',
    example: false,
    optional: true,
  })
  takeOver?: boolean;
}
