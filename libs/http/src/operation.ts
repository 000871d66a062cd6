import { applyDecorators, HttpCode, SetMetadata, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBearerAuth,
  ApiExtension,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { Public, RequirePermission } from './access.decorators.js';
import { ROLE_GRANTS, ROLES, type Scope } from '#libs/kernel';
import { interceptorsOf } from './operation-interceptors.js';
import { OPERATION, type OperationMetadata, type Success } from './operation-metadata.js';
import { problemResponses } from './problem-responses.js';

/** Declares a route of the contract. A route under `/v1` without it stops the server from starting. */
export function Operation(operation: OperationMetadata): MethodDecorator {
  const successes: readonly Success[] = [operation.success].flat() as Success[];
  return applyDecorators(
    SetMetadata(OPERATION, operation),
    // Fastify's hooks run before Nest knows the handler.
    RouteConfig({ operation }),
    UseInterceptors(...interceptorsOf(operation)),
    ...successes.slice(0, 1).map(({ status }) => HttpCode(status)),
    operation.access === 'public' ? Public() : RequirePermission(operation.access),
    ...(operation.access === 'public' ? [] : [ApiBearerAuth('accessToken')]),
    ...(operation.requestExample === undefined
      ? []
      : [ApiExtension('x-request-example', operation.requestExample)]),
    ApiExtension('x-required-permission', operation.access === 'public' ? null : operation.access),
    ApiOperation({
      operationId: operation.id,
      summary: operation.summary,
      description: describe(operation),
    }),
    ...requestHeaders(operation),
    ...successes.map(successResponse),
    ...problemResponses(operation),
  );
}

function describe(operation: OperationMetadata): string {
  return [operation.description, describeAccess(operation.access)].filter(Boolean).join('\n\n');
}

const REACH: Readonly<Record<Scope, string>> = { own: ' (own only)', accounts: ' (accounts only)', any: '' };

function describeAccess(access: OperationMetadata['access']): string {
  if (access === 'public') return 'No access token is needed.';
  const roles = ROLES.flatMap((role) => {
    const scope = ROLE_GRANTS[role][access];
    return scope ? [`${role}${REACH[scope]}`] : [];
  });
  return `Requires the permission \`${access}\`. Roles with this permission: ${roles.join(', ')}.`;
}

function requestHeaders(operation: OperationMetadata): MethodDecorator[] {
  const headers: MethodDecorator[] = [];
  if (operation.idempotent) {
    headers.push(
      ApiHeader({
        name: 'Idempotency-Key',
        required: false,
        description:
          'A key that the client chooses, a new one for each new request. A repeated request with the same key and body has no second effect: it gets the stored response, marked with `Idempotency-Replayed: true`.',
        schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
        example: '5f0c1c2e-8f0a-4a57-9a51-0b1f6a3f1d2c',
      }),
    );
  }
  if (operation.ifMatch) {
    headers.push(
      ApiHeader({
        name: 'If-Match',
        required: operation.ifMatch === 'required',
        description:
          'The ETag of the resource that this change is based on: 412 if its revision is no longer current. Only the revision in the tag is compared.',
        schema: { type: 'string', maxLength: 1000 },
        example: '"3-ooWeB8feL-6UHN4rIt7lBG"',
      }),
    );
  }
  return headers;
}

function successResponse(success: Success): MethodDecorator {
  const headers = Object.fromEntries(
    Object.entries({
      'X-Request-Id': 'The identifier of this request in the logs.',
      ...(success.tagged
        ? { ETag: 'The entity tag of the body: it changes whenever the body changes.' }
        : {}),
      ...(success.caching ? { 'Cache-Control': `\`${success.caching}\`` } : {}),
      ...success.headers,
    }).map(([name, description]) => [name, { description, schema: { type: 'string' as const } }]),
  );
  const base = { status: success.status, description: success.description, headers };
  if (success.content) return ApiResponse({ ...base, content: success.content });
  if (!success.type) return ApiResponse(base);
  const [model, isArray] = Array.isArray(success.type) ? [success.type[0], true] : [success.type, false];
  const reference = { $ref: getSchemaPath(model) };
  const schema = isArray ? { type: 'array', items: reference } : reference;
  return applyDecorators(
    ApiExtraModels(model),
    ApiResponse({
      ...base,
      content: {
        'application/json': {
          schema: schema as { $ref: string },
          ...(success.example === undefined ? {} : { example: success.example }),
        },
      },
    }),
  );
}
