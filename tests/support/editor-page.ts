import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Words, WORDS } from '../../src/editor/words.ts';
import { editorAssets } from '../../bin/page-assets.ts';
import { newPage } from './browser.ts';

const root = resolve(import.meta.dirname, '../..');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const english = JSON.parse(readFileSync(resolve(root, 'messages/en/visual.json'), 'utf8')) as Record<string, string>;
export const words = Object.fromEntries(WORDS.map((word) => [word, english[`visual_${word}`]])) as Words;
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'";
const text = (body: string) => body.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

let assets: ReturnType<typeof editorAssets> | undefined;

/** The form of a proposal as the page has it, without a hub behind it, under the same content policy; `complaints` is what the browser minded. */
export async function editorPage(
  browser: Browser,
  body: string,
  options: { dir?: string; width?: number; suggest?: object[]; rest?: boolean } = {},
): Promise<{ page: Page; complaints: string[]; server: { down: boolean; has: string } }> {
  const made = await (assets ??= editorAssets(root));
  const page = await newPage(browser, { base: 'http://visual.test', ...(options.width && { width: options.width }) });
  const complaints: string[] = [];
  /** The hub behind the form, as far as it keeps drafts. */
  const server = { down: false, has: '' };
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const desk = { words, suggest: '/search/suggest', prefix: '', pictures: { 'p.png': '/p.png' } };
  const keeping = {
    to: '/changes/drafts',
    at: null,
    rest: options.rest ?? true,
    zone: 'Africa/Maputo',
    words: {
      saving: 'Saving',
      saved: 'Saved {time}',
      browser: 'Browser {time}',
      not: 'Not saved',
      refused: 'Refused {reason}',
      out: 'Signed out',
      here: 'Here {time}',
      bring: 'Bring back',
      drop: 'Drop',
    },
  };
  const html = `<!doctype html><html lang="en" dir="${options.dir ?? 'ltr'}"><head><title>Edit</title><meta name="viewport" content="width=device-width"><script src="/visual.js" defer></script></head><body><main><h1>Edit</h1>
<form id="proposal" action="/send" method="post"><div class="pair writing"><div class="field"><label for="text">Text</label>
<div data-visual="${text(JSON.stringify(desk))}" role="group" aria-label="Mode" hidden><button type="button">Visual</button><button type="button">Markdown</button><span role="status"></span></div>
<textarea id="text" name="text" rows="20">\n${text(body)}</textarea></div><section data-visual-preview>Preview</section></div><input type="hidden" name="kept" value="a:b:"><span role="status" data-keeping="${text(JSON.stringify(keeping))}"></span><button>Send</button></form></main></body></html>`;
  await page.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url());
    const answer = (contentType: string, body: string) => route.fulfill({ contentType, body, headers: { 'content-security-policy': CSP } });
    if (pathname === '/') return answer('text/html; charset=utf-8', html);
    if (pathname === '/visual.js') return answer('text/javascript; charset=utf-8', made.visual);
    if (/editor\.[0-9a-f]+\.js$/.test(pathname)) return answer('text/javascript; charset=utf-8', made.editor);
    if (/editorStyle\.[0-9a-f]+\.css$/.test(pathname)) return answer('text/css; charset=utf-8', made.editorStyle);
    if (pathname === '/search/suggest') return answer('application/json', JSON.stringify({ items: options.suggest ?? [] }));
    if (pathname === '/changes/drafts') {
      if (server.down) return route.abort();
      server.has = /name="text"\r\n\r\n([\s\S]*?)\r\n--/.exec(route.request().postData() ?? '')?.[1]?.replace(/\r\n/g, '\n') ?? '';
      return route.fulfill({ contentType: 'application/json', body: JSON.stringify({ at: '2026-11-23T08:42:07Z' }) });
    }
    if (pathname === '/send') return answer('text/html', '<!doctype html><title>Sent</title>');
    if (pathname === '/p.png')
      return route.fulfill({
        contentType: 'image/png',
        body: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
      });
    complaints.push(`asked for ${pathname}`);
    return route.abort();
  });
  await page.goto('http://visual.test/');
  return { page, complaints, server };
}

/** Turns the switch and waits until one can type. */
export async function goVisual(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Visual' }).click();
  await page.locator('#visual-text').waitFor({ timeout: 60_000 });
}

/** What would be sent, as soon as it is there. */
export async function sent(page: Page): Promise<string> {
  await page.evaluate(() => document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true })));
  return page.locator('#text').inputValue();
}

/** What the clipboard holds, pasted where the cursor is. */
export function paste(page: Page, kinds: Record<string, string>): Promise<unknown> {
  return page.evaluate((kinds) => {
    const data = new DataTransfer();
    for (const [kind, value] of Object.entries(kinds)) data.setData(kind, value);
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, kinds);
}

/** Serious findings of axe on the page. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: Array<{ id: string; impact: string; nodes: Array<{ html: string }> }>;
  };
  return violations.filter(({ impact }) => /serious|critical/.test(impact)).map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
