import { TextField } from '#libs/http';

/** `{name}` of a kind of problem. */
export class ProblemParams {
  @TextField({ description: 'The code in lower case, with hyphens.', example: 'not-found', max: 100 })
  name!: string;
}
