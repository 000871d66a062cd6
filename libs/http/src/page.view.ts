import { ApiProperty } from '@nestjs/swagger';

/** What every page of a list ends with. Extend it with `items`. */
export abstract class PageView {
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The value of `cursor` for the next page; null on the last page.',
  })
  nextCursor!: string | null;
}
