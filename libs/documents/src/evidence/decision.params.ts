import { IdParams, UuidField } from '#libs/http';

/** `{id}` and `{decisionId}` of a path. */
export class DecisionParams extends IdParams {
  @UuidField({
    description: 'The identifier of a decision about the document, a UUID.',
    example: '0199f0a4-52d1-7b3c-8c1e-0a6f6a3f9d21',
  })
  decisionId!: string;
}
