import { launch, newPage, shot } from '/work/h/reading/tests/support/browser.ts';
const browser = await launch();
const base = 'http://localhost:3931';
const list = process.argv.slice(2);
for (const spec of list) {
  const [name, path, width, dark, js] = spec.split(',');
  const page = await newPage(browser, { base, width: Number(width), dark: dark === 'd', js: false });
  await page.goto(base + path);
  console.log(name, await page.evaluate(() => `${document.documentElement.scrollWidth}/${innerWidth}`).catch((e) => e.message));
  console.log(await shot(page, name));
  await page.context().close();
}
await browser.close();
process.exit(0);
