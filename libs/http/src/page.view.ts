import { ApiProperty } from '@nestjs/swagger';

/** The last member of every page. Extend it with `items`. */
export abstract class PageView {
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The value of `cursor` for the next page; null on the last page.',
  })
  nextCursor!: string | null;
}
