import { join } from 'node:path';
import { type Locator, type Page } from 'playwright-core';

const TIMEOUT_MS = 20_000;

export interface Shown {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Swagger UI as a user operates it: clicks, types and reads on the page. */
export class SwaggerPage {
  /** Errors and warnings of the browser: it logs there what a strict policy blocks. */
  readonly faults: string[] = [];
  private pictures = 0;

  private constructor(
    private readonly page: Page,
    private readonly pictureFolder: string,
  ) {
    page.setDefaultTimeout(TIMEOUT_MS);
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('requestfailed', (request) => this.faults.push(`${request.url()} failed`));
    page.on('console', (message) => {
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (/^(error|warning)$/.test(message.type()) && !isRefusal) this.faults.push(message.text());
    });
  }

  static async open(page: Page, url: string, pictureFolder: string): Promise<SwaggerPage> {
    const shown = new SwaggerPage(page, pictureFolder);
    await page.goto(`${url}/docs`);
    await page.waitForSelector('.opblock');
    return shown;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.waitForSelector('.opblock');
  }

  /** Opens an operation, found by its id like a link to it. */
  async operation(id: string): Promise<Operation> {
    const block = this.page.locator(`.opblock[id$="-${id}"]`);
    if ((await block.locator('.opblock-body').count()) === 0) {
      await block.locator('.opblock-summary-control').click();
    }
    await block.locator('button.execute').waitFor();
    return new Operation(block);
  }

  /** Enters a token in the dialogue of the "Authorize" button, in place of an earlier token. */
  async authorize(token: string): Promise<void> {
    await this.page.locator('.scheme-container button.authorize').click();
    const dialogue = this.page.locator('.dialog-ux');
    const logout = dialogue.getByRole('button', { name: 'Remove authorization' });
    if (await logout.isVisible()) await logout.click();
    await dialogue.locator('input').fill(token);
    await this.picture('authorize');
    await dialogue.getByRole('button', { name: 'Apply credentials' }).click();
    await dialogue.locator('button.btn-done').click();
  }

  /** Resolves when the page shows this text about the signed-in user. */
  async says(text: string): Promise<void> {
    await this.page.locator('#who', { hasText: text }).waitFor();
  }

  async picture(name: string): Promise<void> {
    this.pictures += 1;
    const number = String(this.pictures).padStart(2, '0');
    await this.page.screenshot({ path: join(this.pictureFolder, `${number}-${name}.png`) });
  }
}

/** One operation on the page, open. */
export class Operation {
  constructor(private readonly block: Locator) {}

  async body(value: unknown): Promise<this> {
    await this.block.locator('textarea.body-param__text').fill(JSON.stringify(value, null, 2));
    return this;
  }

  async parameter(name: string, value: string): Promise<this> {
    await this.block.locator(`tr[data-param-name="${name}"] input`).fill(value);
    return this;
  }

  async file(name: string, path: string): Promise<this> {
    await this.block.locator(`tr[data-property-name="${name}"] input[type="file"]`).setInputFiles(path);
    return this;
  }

  /** Presses "Execute" and reads the answer from the page. */
  async execute(): Promise<Shown> {
    const clear = this.block.locator('button.btn-clear');
    if (await clear.isVisible()) await clear.click();
    await this.block.locator('button.execute').click();
    const live = this.block.locator('.live-responses-table');
    await live.waitFor();
    const status = Number.parseInt(await live.locator('.response-col_status').last().innerText(), 10);
    const text = await live.locator('.highlight-code code').first().innerText();
    await this.block.scrollIntoViewIfNeeded();
    return { status, body: JSON.parse(text) as Record<string, unknown> };
  }
}
