import { IntegerField, TokenField } from './fields.js';

/** The query parameters of all lists. Extend it with the filters of a list. */
export class PageQuery {
  @IntegerField({
    description: 'The maximum number of items on the page.',
    min: 1,
    max: 100,
    default: 20,
    optional: true,
    inQuery: true,
    example: 20,
  })
  limit: number = 20;

  @TokenField({
    description: 'The `nextCursor` of the previous page. Omit it for the first page.',
    max: 1000,
    optional: true,
  })
  cursor?: string;
}
