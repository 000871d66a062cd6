import { type INestApplication, Injectable } from '@nestjs/common';
import { Configuration } from '#libs/config';
import { textTag } from '#libs/http';
import { describeApi } from './describe-api.js';

/** A text with its strong ETag. */
export interface ServedText {
  readonly text: string;
  readonly etag: string;
}

/** The OpenAPI document of the running application, created at the first request and cached. */
@Injectable()
export class ApiContract {
  private app: INestApplication | null = null;
  private served: ServedText | null = null;

  constructor(private readonly configuration: Configuration) {}

  /** Sets the application to describe. Call it once, when all modules are registered. */
  describe(app: INestApplication): void {
    this.app = app;
  }

  /** The document as JSON. */
  json(): ServedText {
    this.served ??= this.write();
    return this.served;
  }

  private write(): ServedText {
    if (!this.app) throw new Error('The OpenAPI document was requested before the application was created');
    return servedText(JSON.stringify(describeApi(this.app, this.configuration.http)));
  }
}

export function servedText(text: string): ServedText {
  return { text, etag: textTag(text) };
}
