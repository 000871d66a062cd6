import { TextField } from '#libs/http';

export class ProblemParams {
  @TextField({
    description: 'The code of the problem in lower case, with hyphens instead of underscores.',
    example: 'not-found',
    max: 100,
  })
  name!: string;
}
