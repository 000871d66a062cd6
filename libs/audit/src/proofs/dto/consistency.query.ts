import { IntegerField } from '#libs/kernel';

/** Two sizes of the log. */
export class ConsistencyQuery {
  @IntegerField({
    description: 'The size that you know, as its checkpoint says.',
    min: 0,
    max: 999_999_999_999_999,
    inQuery: true,
    example: 1,
  })
  from!: number;

  @IntegerField({
    description: 'The size that it grew to; the newest one if absent.',
    min: 0,
    max: 999_999_999_999_999,
    inQuery: true,
    optional: true,
  })
  to?: number;
}
