import { IdParams, IntegerField } from '#libs/http';

/** `{id}` and `{n}` of a path. */
export class VersionParams extends IdParams {
  @IntegerField({
    description: 'The number of the version, starting at 1.',
    min: 1,
    max: 2_147_483_647,
    inQuery: true,
    example: 1,
  })
  n!: number;
}
