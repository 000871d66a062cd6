import { Controller, Delete, Get, Module, Post, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Operation, type OperationMetadata, Public } from '#libs/kernel';
import { assertEveryRouteDeclaresAccess } from './route-census.js';

const READ: OperationMetadata = {
  id: 'read',
  summary: 'Read',
  access: 'user:read',
  success: { status: 200, description: 'Read.' },
};

async function census(controller: Type): Promise<string | null> {
  @Module({ controllers: [controller] })
  class ProbeModule {}
  const app = await Test.createTestingModule({ imports: [ProbeModule] }).compile();
  try {
    assertEveryRouteDeclaresAccess(app);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('assertEveryRouteDeclaresAccess', () => {
  it('lets declared routes pass', async () => {
    @Controller('v1/things')
    class Declared {
      @Get()
      @Operation(READ)
      read(): void {}

      @Post()
      @Operation({ ...READ, id: 'make', audited: 'thing.made' })
      make(): void {}

      @Delete()
      @Operation({ ...READ, id: 'remove', audited: null })
      remove(): void {}

      helper(): void {}
    }
    await expect(census(Declared)).resolves.toBeNull();
  });

  it('reports a route without access, by name', async () => {
    @Controller('health')
    class Forgotten {
      @Get('live')
      live(): void {}
    }
    await expect(census(Forgotten)).resolves.toContain(
      'GET /health/live (Forgotten.live) declares no access',
    );
  });

  it('reports a route of the contract that is only public', async () => {
    @Controller('/v1')
    class Bare {
      @Public()
      @Get('bare')
      bare(): void {}
    }
    await expect(census(Bare)).resolves.toContain('GET /v1/bare (Bare.bare) is under /v1 without @Operation');
  });

  it('reports a change that leaves nothing in the audit log', async () => {
    @Controller(['v1/quiet', 'other'])
    class Quiet {
      @Post()
      @Operation(READ)
      change(): void {}
    }
    await expect(census(Quiet)).resolves.toContain('does not say what is recorded');
  });

  it('lets what is outside of the contract be merely public', async () => {
    @Controller('health')
    class Outside {
      @Public()
      @Get('live')
      live(): void {}
    }
    await expect(census(Outside)).resolves.toBeNull();
  });
});
