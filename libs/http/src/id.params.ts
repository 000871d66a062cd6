import { UuidField } from './fields.js';

/** The parameter `{id}` of a path. */
export class IdParams {
  @UuidField({
    description: 'The identifier of the resource, a UUID.',
    example: '0199f0a1-7c3e-7d31-9a55-3f1f0d8f6f10',
  })
  id!: string;
}
