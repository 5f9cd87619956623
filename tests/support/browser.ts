/**
 * A real browser for stories and pictures, without a system package.
 * `const browser = await launch(); const page = await newPage(browser, { locale: 'ar-XB', dark: true, width: 400 }); await shot(page, 'home-400')`
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const shots = resolve(import.meta.dirname, '../shots');
const home = join(tmpdir(), `indaba-browser-${userInfo().uid}-153-serif`);

const flags = [
  '--no-sandbox',
  '--disable-setuid-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--hide-scrollbars',
  '--font-render-hinting=none',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
];

function fonts(name: string): string[] {
  let folder: string;
  try {
    folder = dirname(require.resolve(`@expo-google-fonts/${name}/package.json`));
  } catch {
    return [];
  }
  return ['400Regular', '700Bold'].flatMap((weight) => {
    const inside = join(folder, weight);
    return existsSync(inside)
      ? readdirSync(inside)
          .filter((file) => file.endsWith('.ttf'))
          .map((file) => join(inside, file))
      : [];
  });
}

/** Unpacks the browser once per user and version; whoever comes second finds it complete or waits for nothing. */
async function unpack(): Promise<string> {
  if (existsSync(join(home, 'ready'))) return home;
  const mine = `${home}.${process.pid}`;
  mkdirSync(mine, { recursive: true, mode: 0o700 });
  const before = process.env['TMPDIR'];
  // Both are read by the package when it is imported: where to unpack, and that it must bring its own NSS libraries.
  process.env['TMPDIR'] = mine;
  process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs22.x';
  try {
    const { default: pack } = await import('@sparticuz/chromium');
    await pack.executablePath();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  // Its fonts know no Arabic: without these the text would be invisible, not even boxes.
  const folder = join(mine, 'fonts', 'fonts');
  mkdirSync(folder, { recursive: true });
  for (const file of [...fonts('noto-naskh-arabic'), ...fonts('noto-sans'), ...fonts('noto-serif')])
    cpSync(file, join(folder, file.split('/').at(-1) ?? 'font.ttf'));
  writeFileSync(
    join(mine, 'fonts', 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${join(home, 'fonts/fonts')}</dir><cachedir>${join(home, 'fonts/cache')}</cachedir></fontconfig>\n`,
  );
  writeFileSync(join(mine, 'ready'), '');
  try {
    renameSync(mine, home);
  } catch {
    rmSync(mine, { recursive: true, force: true });
  }
  return home;
}

/** Where the browser is, and with what around it. */
async function program(): Promise<{ executablePath: string; args: string[]; env?: Record<string, string> }> {
  const own = process.env['INDABA_CHROMIUM'];
  if (own) return { executablePath: own, args: flags };
  const folder = await unpack();
  return {
    executablePath: join(folder, 'chromium'),
    args: flags,
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: `${join(folder, 'al2023/lib')}:${process.env['LD_LIBRARY_PATH'] ?? ''}`,
      FONTCONFIG_PATH: join(folder, 'fonts'),
      HOME: folder,
    },
  };
}

/** Starts the browser. Close it with `browser.close()`. `INDABA_CHROMIUM` names another one (other architectures). */
export async function launch(): Promise<Browser> {
  return chromium.launch(await program());
}

/** Starts a browser that keeps what it has in a folder: closed and started again with the same one, it is the same browser. */
export async function launchKept(folder: string, base: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { ...(await program()), baseURL: base, viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
}

export type PageOptions = { locale?: string; dark?: boolean; width?: number; height?: number; js?: boolean; base?: string; cookie?: string };

/** Opens a page in a context of its own: nothing is shared with other pages. `cookie` is the value of the session cookie. */
export async function newPage(browser: Browser, options: PageOptions = {}): Promise<Page> {
  const { locale = 'en', dark = false, width = 1280, height = width < 600 ? 800 : 900, js = true, base, cookie } = options;
  const settings: BrowserContextOptions = {
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: js,
    locale: locale === 'ar-XB' ? 'ar' : locale,
    timezoneId: 'Africa/Maputo',
    reducedMotion: 'reduce',
    ...(base ? { baseURL: base } : {}),
    ...(locale === 'en' ? {} : { extraHTTPHeaders: { 'accept-language': `${locale},en;q=0.5` } }),
  };
  const context = await browser.newContext(settings);
  if (cookie && base) await context.addCookies([{ name: 'indaba', value: cookie, url: base }]);
  return context.newPage();
}

/** Takes a picture of the whole page into tests/shots/<name>.png and returns its path. */
export async function shot(page: Page, name: string): Promise<string> {
  mkdirSync(shots, { recursive: true });
  const path = join(shots, `${name}.png`);
  const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: document.documentElement.scrollHeight }));
  // The browser paints no more than 16,384 pixels at once.
  await page.screenshot(height > 12_000 ? { path, fullPage: true, clip: { x: 0, y: 0, width, height: 12_000 } } : { path, fullPage: true });
  return path;
}
