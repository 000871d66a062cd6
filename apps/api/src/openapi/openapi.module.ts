import { type DynamicModule, Module } from '@nestjs/common';
import { type Configuration } from '#libs/config';
import { ApiContract } from './api-contract.js';
import { OpenApiController } from './openapi.controller.js';
import { DocsController } from './swagger-ui/docs.controller.js';
import { SwaggerUiFiles } from './swagger-ui/swagger-ui-files.js';

/** The contract at /openapi.json and, unless it is switched off, Swagger UI at /docs. */
@Module({})
export class OpenApiModule {
  static forProcess({ http }: Pick<Configuration, 'http'>): DynamicModule {
    return {
      module: OpenApiModule,
      controllers: [OpenApiController, ...(http.swaggerUi ? [DocsController] : [])],
      providers: [ApiContract, ...(http.swaggerUi ? [SwaggerUiFiles] : [])],
    };
  }
}
