import {
  Controller,
  Delete,
  Get,
  Injectable,
  Module,
  type NestInterceptor,
  Post,
  type Provider,
  SetMetadata,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type Observable, of } from 'rxjs';
import { composeProduct } from '#libs/declarations';
import {
  OPERATION,
  Operation,
  OperationAudit,
  OperationIdempotency,
  type OperationMetadata,
  Public,
} from '#libs/http';
import { type AuditAction, type ErrorClass, NotFoundError, type Permission } from '#libs/kernel';
import { assertEveryRouteDeclaresAccess } from './route-census.js';

const READ: OperationMetadata = {
  id: 'read',
  summary: 'Read',
  access: 'user:read',
  success: { status: 200, description: 'Read.' },
};

const CHANGE: OperationMetadata = { ...READ, id: 'change', audited: 'thing.changed' as AuditAction };
const somethingElse = { intercept: () => of(null) };
const PORTS: Provider[] = [OperationAudit, OperationIdempotency].map((provide) => ({
  provide,
  useValue: somethingElse,
}));

@Injectable()
class AroundInterceptor implements NestInterceptor {
  intercept(): Observable<unknown> {
    return of(null);
  }
}

beforeAll(() =>
  composeProduct([
    {
      name: 'things',
      permissions: { 'user:read': { target: null } },
      auditActions: { 'thing.changed': 'Changed.', 'thing.made': 'Made.' },
    },
  ]),
);

async function census(controller: Type, ports = PORTS): Promise<string | null> {
  @Module({ controllers: [controller], providers: ports })
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
  it('accepts declared routes', async () => {
    @Controller('v1/things')
    class Declared {
      @Get()
      @Operation(READ)
      read(): void {}

      @Post()
      @Operation({ ...READ, id: 'make', audited: 'thing.made' as AuditAction })
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

  it('reports a change that declares no audit action', async () => {
    @Controller(['v1/quiet', 'other'])
    class Quiet {
      @Post()
      @Operation(READ)
      change(): void {}
    }
    await expect(census(Quiet)).resolves.toContain('changes data but declares no audit action');
  });

  it('allows an interceptor inside the unit of work', async () => {
    @Controller('v1/things')
    class Inside {
      @Post()
      @UseInterceptors(somethingElse)
      @Operation(CHANGE)
      change(): void {}
    }
    await expect(census(Inside)).resolves.toBeNull();
  });

  it('reports an interceptor around the unit of work: below @Operation, or on the class', async () => {
    @Controller('v1/below')
    class Below {
      @Post()
      @Operation(CHANGE)
      @UseInterceptors(somethingElse)
      change(): void {}
    }
    @Controller('v1/class')
    @UseInterceptors(somethingElse)
    class OnTheClass {
      @Post()
      @Operation(CHANGE)
      change(): void {}
    }
    await expect(census(Below)).resolves.toContain(
      '(Below.change) has interceptors that run around its unit of work',
    );
    await expect(census(OnTheClass)).resolves.toContain(
      '(OnTheClass.change) has interceptors that run around',
    );
  });

  it('reports a change whose interceptors are not those that it declares', async () => {
    @Controller('v1/things')
    class Renamed {
      @SetMetadata(OPERATION, { ...CHANGE, idempotent: true })
      @Post()
      @Operation(CHANGE)
      change(): void {}
    }
    await expect(census(Renamed)).resolves.toContain('(Renamed.change) has interceptors that run around');
  });

  it('reports a change that was not declared with @Operation', async () => {
    @Controller('v1/things')
    class Smuggled {
      @Post()
      @Public()
      @SetMetadata(OPERATION, CHANGE)
      change(): void {}
    }
    await expect(census(Smuggled)).resolves.toContain('(Smuggled.change) has interceptors that run around');
  });

  it('accepts interceptors around the unit of work that the operation names, in their order', async () => {
    @Controller('v1/things')
    class Named {
      @Post()
      @UseInterceptors(somethingElse)
      @Operation({ ...CHANGE, idempotent: true, around: [AroundInterceptor] })
      change(): void {}
    }
    await expect(census(Named)).resolves.toBeNull();
  });

  it('reports an idempotent change that is not audited', async () => {
    @Controller('v1/things')
    class Repeatable {
      @Post()
      @Operation({ ...READ, audited: null, idempotent: true })
      change(): void {}
    }
    await expect(census(Repeatable)).resolves.toContain('(Repeatable.change) is idempotent without an audit');
  });

  it.each([
    ['OperationAudit', CHANGE],
    ['OperationIdempotency', { ...CHANGE, idempotent: true }],
  ])('is not reached in a process without %s', async (missing, operation) => {
    @Controller('v1/things')
    class Changing {
      @Post()
      @Operation(operation)
      change(): void {}
    }
    const others = PORTS.filter((port) => (port as { provide: Type }).provide.name !== missing);
    await expect(census(Changing, others)).rejects.toThrow(
      `Please make sure that the argument ${missing} at index [0] is available`,
    );
  });

  it('needs neither port in a process with plain reads only', async () => {
    @Controller('v1/things')
    class Reading {
      @Get()
      @Operation(READ)
      read(): void {}
    }
    await expect(census(Reading, [])).resolves.toBeNull();
  });

  it.each<[string, Partial<OperationMetadata>, string]>([
    ['permission', { access: 'thing:paint' as Permission }, 'needs the permission thing:paint'],
    ['audit action', { audited: 'thing.painted' as AuditAction }, 'is audited as thing.painted'],
    ['problem', { problems: [NotFoundError as ErrorClass] }, 'can answer NOT_FOUND'],
  ])('reports a %s that no module declares', async (_, undeclared, message) => {
    @Controller('v1/things')
    class Painting {
      @Get()
      @Operation({ ...READ, ...undeclared })
      paint(): void {}
    }
    await expect(census(Painting)).resolves.toContain(
      `(Painting.paint) ${message}, which no module declares`,
    );
  });

  it('allows @Public alone on routes outside /v1', async () => {
    @Controller('health')
    class Outside {
      @Public()
      @Get('live')
      live(): void {}
    }
    await expect(census(Outside)).resolves.toBeNull();
  });
});
