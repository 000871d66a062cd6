import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import packageFolder from 'swagger-ui-dist/absolute-path.js';
import { servedText } from '../api-contract.js';
import { INIT_SCRIPT } from './init-script.js';
import { ICON, PAGE } from './page.js';
import { STYLE } from './style.js';

export interface SwaggerUiFile {
  readonly type: string;
  readonly content: string;
  readonly etag: string;
}

/** Files of this repository. */
const OWN_FILES: Readonly<Record<string, { type: string; text: string }>> = {
  'index.html': { type: 'text/html; charset=utf-8', text: PAGE },
  'init.js': { type: 'text/javascript; charset=utf-8', text: INIT_SCRIPT },
  'favicon.svg': { type: 'image/svg+xml', text: ICON },
  'style.css': { type: 'text/css; charset=utf-8', text: STYLE },
};

/** The served files of the package `swagger-ui-dist`; its other files are not served. */
const PACKAGE_FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

/** The files of the page; each is read once and cached. */
@Injectable()
export class SwaggerUiFiles {
  private readonly read = new Map<string, SwaggerUiFile>();

  find(name: string): SwaggerUiFile | null {
    const known = this.read.get(name) ?? this.load(name);
    if (known) this.read.set(name, known);
    return known;
  }

  private load(name: string): SwaggerUiFile | null {
    const own = Object.hasOwn(OWN_FILES, name) ? OWN_FILES[name] : undefined;
    if (own) {
      const { text, etag } = servedText(own.text);
      return { type: own.type, content: text, etag };
    }
    const type = Object.hasOwn(PACKAGE_FILES, name) ? PACKAGE_FILES[name] : undefined;
    if (!type) return null;
    const { text, etag } = servedText(readFileSync(join(packageFolder(), name), 'utf8'));
    return { type, content: text, etag };
  }
}
