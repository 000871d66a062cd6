import { TokenField } from '#libs/http';

export class RefreshDto {
  @TokenField({
    description: 'The newest refresh token of the session.',
    example: 'vtr_mW4b8mXrXwq2v2Q4l0cXo3mYw1qkq5o0n9m4m7c1r2s',
    max: 200,
  })
  refreshToken!: string;
}
