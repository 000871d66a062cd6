import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { SeparateConnections, type UnitOfWork } from '#libs/postgres';

/** The only role that may write sealed leaves, tiles, checkpoints, progress and keys. */
const SEQUENCER_ROLE = 'veritrail_sequencer';
/** One for the batch, one for reads. */
const POOL_SIZE = 2;

/** The connections of the sequencer, under the worker's login: the application's login cannot write what is sealed. */
@Injectable()
export class SequencerConnections implements OnModuleInit, OnApplicationShutdown {
  private readonly connections: SeparateConnections;

  constructor(configuration: Configuration) {
    const login = { url: configuration.database.workerUrl, role: SEQUENCER_ROLE, poolSize: POOL_SIZE };
    this.connections = new SeparateConnections(configuration, login, 'veritrail-sequencer');
  }

  get uow(): UnitOfWork {
    return this.connections.uow;
  }

  async onModuleInit(): Promise<void> {
    await this.connections.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connections.close();
  }
}
