import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Controller, Get, Header, Param, Res, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { AcceptsGzip, CurrentActor, Operation } from '#libs/http';
import { Actor } from '#libs/kernel';
import { BundleParams, TileParams } from './dto/tile.params.js';
import { PublishedLog } from './published-log.service.js';
import { GET_LOG_CHECKPOINT, GET_LOG_ENTRIES, GET_LOG_KEYS, GET_LOG_TILE } from './tlog.operations.js';

const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';
const compressed = promisify(gzip);
const IMMUTABLE = 'max-age=31536000, immutable';

/** The public log; `/tlog` is its prefix (C2SP tlog-tiles). */
@ApiTags('Audit')
@Controller('tlog')
export class TlogController {
  constructor(private readonly log: PublishedLog) {}

  @Get('checkpoint')
  @Operation(GET_LOG_CHECKPOINT)
  @Header('Content-Type', TEXT)
  @Header('Cache-Control', 'public, max-age=1')
  async checkpoint(): Promise<string> {
    return (await this.log.checkpoint()).note;
  }

  @Get('vkey')
  @Operation(GET_LOG_KEYS)
  @Header('Content-Type', TEXT)
  @Header('Cache-Control', 'public, max-age=300')
  async keys(): Promise<string> {
    return this.log.verifierKeys();
  }

  @Get('tile/entries/*')
  @Operation(GET_LOG_ENTRIES)
  @Header('Cache-Control', `private, ${IMMUTABLE}`)
  @Header('Vary', 'Accept-Encoding')
  async entries(
    @CurrentActor() actor: Actor,
    @Param() { '*': tile }: BundleParams,
    @AcceptsGzip() acceptsGzip: boolean,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const bundle = await this.log.entries(actor, tile);
    if (!acceptsGzip) return new StreamableFile(bundle, { type: BYTES });
    void reply.header('content-encoding', 'gzip');
    return new StreamableFile(await compressed(bundle), { type: BYTES });
  }

  @Get('tile/:level/*')
  @Operation(GET_LOG_TILE)
  @Header('Content-Type', BYTES)
  @Header('Cache-Control', `public, ${IMMUTABLE}`)
  async tile(@Param() { level, '*': tile }: TileParams): Promise<Buffer> {
    return Buffer.from(await this.log.tile(level, tile));
  }
}
