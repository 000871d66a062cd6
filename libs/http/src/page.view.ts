import { ApiProperty } from '@nestjs/swagger';

/** What every page of a list ends with. Extend it with `items`. */
export abstract class PageView {
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Give it as cursor to get the next page; null on the last.',
  })
  nextCursor!: string | null;
}
