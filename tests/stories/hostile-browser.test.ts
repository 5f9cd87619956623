/** The hostile corpus in the real browser, under the policy the hub sends: nothing runs, nothing foreign is fetched, the policy has nothing to report. */
import { createServer, type Server } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderPage } from '#domains/library/text/render-page.ts';
import { renderMessage } from '#lib/text/render-message.ts';
import { HOSTILE } from '../features/hostile-corpus.ts';
import { launch, newPage } from '../support/browser.ts';

// As strict as hooks.server.ts, except that one script of our own is let in, so that an injected one would be told apart from a blocked one.
const policy = "default-src 'none'; img-src 'self' data:; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const loose = "default-src * data: blob: 'unsafe-inline' 'unsafe-eval'";
const watch = `window.ran = 0; window.reports = []; addEventListener('securitypolicyviolation', (e) => reports.push(e.violatedDirective + ' ' + e.blockedURI));
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'pwned']) window[name] = () => { ran++; };`;
const pages = new Map<string, { html: string; policy: string }>();
let server: Server;
let base = '';
let browser: Browser;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/watch.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(watch);
    const page = pages.get(request.url ?? '');
    if (!page) return response.writeHead(404).end();
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': page.policy })
      .end(`<!doctype html><meta charset="utf-8"><title>t</title><script src="/watch.js"></script><main>${page.html}</main>`);
  });
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
  base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser.close();
  server.close();
});

const renderers = { page: (text: string) => renderPage(text).html, message: (text: string) => renderMessage(text) };

/** Opens a page, presses and hovers over everything on it, and says what happened. */
async function visit(path: string): Promise<{ ran: number; reports: string[]; foreign: string[] }> {
  const page = await newPage(browser, {});
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  page.on('dialog', (dialog) => void dialog.dismiss());
  await page.goto(base + path);
  await page.evaluate(() => {
    for (const element of document.querySelectorAll('main *'))
      for (const kind of ['mouseover', 'focus', 'error', 'load', 'toggle', 'animationstart']) element.dispatchEvent(new Event(kind, { bubbles: true }));
    for (const link of document.querySelectorAll<HTMLAnchorElement>('main a')) if (!/^(https?|mailto):/.test(link.protocol)) link.click();
  });
  const said = await page.evaluate(() => ({ ran: (window as unknown as { ran: number }).ran, reports: (window as unknown as { reports: string[] }).reports }));
  await page.context().close();
  return { ...said, foreign };
}

test('there are at least 150 vectors', () => expect(HOSTILE.length).toBeGreaterThanOrEqual(150));

test.each(Object.keys(renderers) as Array<keyof typeof renderers>)(
  'as a %s: none runs, none fetches, the policy reports nothing',
  async (kind) => {
    const bad: unknown[] = [];
    for (let i = 0; i < HOSTILE.length; i += 20) {
      // Each in a box of its own; once under our policy, and once under none, so that the renderer alone is tried as well.
      const html = HOSTILE.slice(i, i + 20)
        .map(({ text }) => `<section>${renderers[kind](text)}</section>`)
        .join('\n');
      for (const [name, csp] of [
        ['strict', policy],
        ['loose', loose],
      ] as const) {
        const path = `/${kind}-${i}-${name}`;
        pages.set(path, { html, policy: csp });
        const found = await visit(path);
        if (found.ran || found.reports.length || found.foreign.length) bad.push({ path, ...found });
      }
    }
    expect(bad).toEqual([]);
  },
  240_000,
);

test('the test can fail: the same page sees a script that does run', async () => {
  pages.set('/bad', { html: '<img src="x" onerror="alert(1)"><img src="http://127.0.0.2:9/x.png">', policy: loose });
  const found = await visit('/bad');
  expect(found.ran).toBeGreaterThan(0);
  expect(found.foreign).toHaveLength(1);
}, 60_000);
