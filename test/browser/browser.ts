import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  ...['--no-first-run', '--disable-component-update', '--disable-dev-shm-usage'],
];

/** Where a Chromium is installed, or null. */
export const CHROMIUM = PLACES.find((place) => existsSync(place)) ?? null;

export async function launchBrowser(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('There is no Chromium');
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}
