import { Controller, Get, Header, Headers, Param, Res } from '@nestjs/common';
import { ApiExtraModels, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Configuration } from '#libs/config';
import { Operation } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { problemCatalogue } from './catalogue.js';
import { ProblemKindListView, ProblemKindView, toProblemKindView } from './problem-kind.view.js';
import { ProblemParams } from './problem.params.js';
import { kindPage, listPage, prefersPage } from './problem-page.js';
import { GET_PROBLEM, LIST_PROBLEMS } from './problems.operations.js';

/** The documentation of problems, for programs and for people. */
@ApiTags('problems')
@ApiExtraModels(ProblemKindView, ProblemKindListView)
@Controller('problems')
export class ProblemsController {
  private readonly kinds: ReadonlyMap<string, ProblemKindView>;

  constructor({ http }: Configuration) {
    this.kinds = new Map(
      [...problemCatalogue()].map(([name, kind]) => [name, toProblemKindView(kind, http.publicUrl)]),
    );
  }

  @Get()
  @Header('Vary', 'Accept')
  @Operation(LIST_PROBLEMS)
  list(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ProblemKindListView | string {
    const items = [...this.kinds.values()];
    return prefersPage(accept) ? asPage(reply, listPage(items)) : { items };
  }

  @Get(':name')
  @Header('Vary', 'Accept')
  @Operation(GET_PROBLEM)
  get(
    @Param() { name }: ProblemParams,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ProblemKindView | string {
    const kind = this.kinds.get(name);
    if (!kind) throw new NotFoundError('There is no problem with this name');
    return prefersPage(accept) ? asPage(reply, kindPage(kind)) : kind;
  }
}

function asPage(reply: FastifyReply, page: string): string {
  reply.type('text/html; charset=utf-8');
  return page;
}
