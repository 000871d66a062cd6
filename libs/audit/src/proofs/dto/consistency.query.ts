import { IntegerField } from '#libs/http';

/** Two sizes of the log. */
export class ConsistencyQuery {
  @IntegerField({
    description: 'The size of the older checkpoint, which the client holds.',
    min: 0,
    max: 999_999_999_999_999,
    inQuery: true,
    example: 1,
  })
  from!: number;

  @IntegerField({
    description: 'The size of the later checkpoint. The default is the size of the newest checkpoint.',
    min: 0,
    max: 999_999_999_999_999,
    inQuery: true,
    optional: true,
  })
  to?: number;
}
