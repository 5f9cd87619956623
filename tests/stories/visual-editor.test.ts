/** The visual editor in a real browser: what it opens it gives back, and what people do in it becomes the Markdown they meant. Without a hub: the form is the page's, under its content policy. */
import { brotliCompressSync } from 'node:zlib';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { splitPage } from '#domains/library/text/page.ts';
import { editorAssets } from '../../bin/page-assets.ts';
import { readPages, readSpaces } from '../../seeds/starter.ts';
import { launch } from '../support/browser.ts';
import { editorPage, findings, goVisual, paste, sent, words } from '../support/editor-page.ts';

vi.setConfig({ testTimeout: 120_000 });
const LONG = { timeout: 60_000 };
let browser: Browser;
let page: Page | undefined;
let complaints: string[] = [];
beforeAll(async () => {
  browser = await launch();
}, 120_000);
afterEach(async () => {
  await page?.context().close();
  expect(complaints).toEqual([]);
});
afterAll(() => browser?.close());

async function open(body: string, options: Parameters<typeof editorPage>[2] = {}): Promise<Page> {
  const made = await editorPage(browser, body, options);
  ({ page, complaints } = made);
  await goVisual(made.page);
  return made.page;
}
/** The cursor behind the last letter of what holds these words. */
async function behind(page: Page, words: string): Promise<void> {
  await page.locator('#visual-text').getByText(words, { exact: true }).first().click();
  await page.keyboard.press('End');
  // The editor learns of a moved cursor a moment later: what it read stands in the field.
  await page.keyboard.type('z');
  await expect.poll(() => sent(page), LONG).toContain(`${words}z`);
  await page.keyboard.press('Backspace');
}

test('the editor weighs less than half of what it may, and is not fetched before somebody wants it', async () => {
  const made = await editorAssets(resolve(import.meta.dirname, '../..'));
  const weigh = (text: string) => brotliCompressSync(text).length;
  const all = { switch: weigh(made.visual), script: weigh(made.editor), style: weigh(made.editorStyle) };
  console.log('the visual editor, brotli:', all);
  expect(all.script + all.style + all.switch).toBeLessThan(130_000);
  expect(all.switch).toBeLessThan(4_000);
  const { page, complaints: minded } = await editorPage(browser, 'Words.\n');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  expect(await page.locator('#text').isVisible()).toBe(true);
  expect(asked.filter((url) => /editor/.test(url))).toEqual([]);
  await goVisual(page);
  expect(asked.filter((url) => /editor/.test(url))).toHaveLength(2);
  // And back again at will.
  await page.getByRole('button', { name: 'Markdown' }).click();
  expect(await page.locator('#text').isVisible()).toBe(true);
  expect(await page.locator('#visual').count()).toBe(0);
  expect(minded).toEqual([]);
  await page.context().close();
});

test('the longest starter page opens and is given back byte for byte; one word changes one block', async () => {
  const bodies = readSpaces().flatMap((space) => readPages(space).map(({ text }) => splitPage(text).body));
  const body = bodies.sort((one, other) => other.length - one.length)[0] as string;
  const page = await open(body);
  expect(await sent(page)).toBe(body);
  await page.locator('#visual-text > p').last().click();
  await page.keyboard.press('End');
  await page.keyboard.type(' More.');
  const made = await sent(page);
  expect(made).not.toBe(body);
  expect(made.replace(' More.', '')).toBe(body);
});

test('what is typed, marked, undone and inserted is Markdown', async () => {
  const page = await open('First.\n\n*   odd list\n');
  await behind(page, 'First.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('## Rules');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Keep **all** of `it` and ');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('this');
  await page.keyboard.press('Control+b');
  await page.keyboard.press('Enter');
  await page.keyboard.type('- one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('[ ] two');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('deeper');
  expect(await sent(page)).toBe('First.\n\n## Rules\n\nKeep **all** of `it` and **this**\n\n- one\n- [ ] two\n  - deeper\n\n*   odd list\n');
  for (const _ of 'deeper') await page.keyboard.press('Control+z');
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.closest('[role=toolbar]') !== null)).toBe(true);
  // Every tool shows what it is: a sign, or its word.
  expect(await page.locator('.visual-tools button').evaluateAll((all) => all.filter((one) => !one.textContent && !one.hasAttribute('data-sign')).length)).toBe(
    0,
  );
});

test('a footnote is put in where one writes and its words under the text; a term is asked for with what it means', async () => {
  const page = await open('Hold the SIM\n\nAs before[^1].\n\n[^1]: The law.\n');
  await behind(page, 'Hold the SIM');
  // A slash belongs to an empty paragraph; in words the list of tools offers the same.
  await page.locator('.visual-tools select').last().selectOption({ label: words.footnote });
  await page.keyboard.type('Counted from the request.');
  expect(await sent(page)).toBe('Hold the SIM[^2]\n\nAs before[^1].\n\n[^1]: The law.\n\n[^2]: Counted from the request.\n');
  await page.getByRole('button', { name: `${words.footnote} 1` }).click();
  await page.keyboard.type('See ');
  await expect.poll(() => sent(page), LONG).toContain('[^1]: See The law.');
  await page
    .locator('#visual-text > p')
    .last()
    .click({ position: { x: 4, y: 8 } });
  await page.keyboard.press('End');
  // As in behind(): the cursor is there once the editor says so.
  await page.keyboard.type('z');
  await expect.poll(() => sent(page), LONG).toContain('As before[^1].z');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/glossary');
  await page.locator('#visual-slash').getByRole('option', { name: words.terms }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByLabel(words.term, { exact: true }).fill('SIM swap');
  await page.getByLabel(words.meaning, { exact: true }).fill('A number moves to another card.');
  await page.getByRole('button', { name: words.apply }).click();
  await expect.poll(() => sent(page), LONG).toContain('SIM swap\n: A number moves to another card.\n');
  expect(await findings(page)).toEqual([]);
});

test('a slash offers what can be inserted; a control gets an id of its own', async () => {
  const page = await open('First.\n\n:::control[Ask twice]{#ask-twice kind="practice" role="mno" more="kept"}\nAsk.\n:::\n');
  await behind(page, 'First.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/tab');
  await page.locator('#visual-slash').getByRole('option', { name: words.table }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('A | b');
  await page.keyboard.press('Tab');
  await page.keyboard.type('c');
  expect(await sent(page)).toContain('First.\n\n| A \\| b | c |  |\n| --- | --- | --- |\n|  |  |  |\n|  |  |  |\n\n:::control');
  await behind(page, 'First.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/control');
  await page.keyboard.press('Enter');
  await page.getByLabel(words.control_title).fill('Ask twice');
  await page.keyboard.press('Enter');
  await expect.poll(() => sent(page), LONG).toContain(':::control[Ask twice]{#ask-twice-2 kind="control"}\n:::');
  // The id that is there cannot be changed; what else the line says can, and what the form does not know stays.
  await page
    .getByRole('button', { name: `${words.details}: Ask twice` })
    .last()
    .click();
  expect(await page.getByLabel(words.control_id).getAttribute('readonly')).not.toBeNull();
  await page.getByLabel(words.risk).fill('A "stranger" asks & gets.');
  await page.getByRole('button', { name: words.apply }).click();
  await expect
    .poll(() => sent(page), LONG)
    .toContain(':::control[Ask twice]{#ask-twice kind="practice" role="mno" more="kept" risk="A &quot;stranger&quot; asks &amp; gets."}\nAsk.\n:::');
});

test('links are picked by the title of a page, and only lead where links may', async () => {
  const page = await open('See the rules.\n', {
    suggest: [
      { title: 'Channels', url: '/channels' },
      { title: 'SIM attacks', url: '/library/sim/attacks', where: 'SIM' },
    ],
  });
  await page.locator('#visual-text').getByText('See the rules.').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+k');
  await page.getByLabel(words.link_address).fill('sim att');
  await page.getByRole('button', { name: /SIM attacks/ }).click();
  await expect.poll(() => sent(page), LONG).toBe('[See the rules.](/library/sim/attacks)\n');
  await page.keyboard.press('Control+k');
  await page.getByLabel(words.link_address).fill('javascript:alert(1)');
  await page.getByRole('button', { name: words.apply }).click();
  await page.getByRole('heading', { name: words.link_refused }).waitFor();
  await page.getByRole('button', { name: words.cancel }).click();
  expect(await sent(page)).not.toContain('javascript');
});

test('what would do harm is neutral, in the text and on the clipboard, and the text keeps it', async () => {
  const body =
    '[go](javascript:alert`1`) ![x](https://evil.example/p.png)\n\n<img src=x onerror=hacked=1>\n\n<script>hacked=1</script>\n\n:::figure{src="https://evil.example/q.png" alt="<b>"}\nx\n:::\n';
  const page = await open(body);
  expect(await sent(page)).toBe(body);
  const inside = page.locator('#visual-text');
  expect(await inside.locator('a[href], script, img[src^="http"], [onerror]').count()).toBe(0);
  await inside.locator('p').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  await paste(page, {
    'text/html':
      '<p onclick="hacked=1">Pasted <a href="javascript:hacked=1">bad</a> <a href="https://good.example/">good</a><img src="/no" onerror="hacked=1"><svg onload="hacked=1"></svg><iframe src="/no"></iframe></p><style>*{display:none}</style><script>hacked=1</script>',
  });
  expect(await sent(page)).toMatch(/Pasted bad \[good\]\(https:\/\/good\.example\/\)/);
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
});

test('a copied control gets another id, a moved one keeps its own', async () => {
  const page = await open('Top.\n\n:::control[Ask]{#ask kind="control"}\nText.\n:::\n');
  await page.locator('#visual-text').getByText('Top.').click();
  await page.keyboard.press('Control+a');
  const html = await page.evaluate(() => {
    const data = new DataTransfer();
    document.activeElement?.dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }));
    return data.getData('text/html');
  });
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Control+End');
  await paste(page, { 'text/html': html });
  const made = await sent(page);
  expect(made.match(/#ask\b(?!-)/g)).toHaveLength(1);
  expect(made).toContain('#ask-2');
});

const WORD = `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta name=Generator content="Microsoft Word 15"><link rel=File-List href="file:///C:/x/filelist.xml"><!--[if gte mso 9]><xml><o:OfficeDocumentSettings></o:OfficeDocumentSettings></xml><![endif]--><style><!-- p.MsoNormal {margin:0cm;} @list l0:level1 {mso-level-number-format:bullet;} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<h1 style='margin-top:12.0pt'><a name="_Toc1"></a><span style='mso-fareast-font-family:"Times New Roman"'>Rules for agents<o:p></o:p></span></h1>
<p class=MsoHeading2><b>Before the swap</b><o:p></o:p></p>
<p class=MsoNormal>Check the <b style='mso-bidi-font-weight:normal'>identity</b> and the <i>history</i>; see&nbsp;<a href="https://example.org/a?b=1" target="_blank" onclick="x()"><span style='color:blue'>the register</span></a><a style='mso-comment-reference:JD_1' href="#_msocom_1">[JD1]</a>.<o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;</span></span></span><![endif]>First point<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>o<span>&nbsp;</span></span><![endif]>Under it</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp;</span></span><![endif]>Second point</p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>Numbered</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span>Again</p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr style='mso-yfti-irow:0'><td width=200 valign=top><p class=MsoNormal><b>Who</b><o:p></o:p></p></td><td><p class=MsoNormal>What</p></td></tr><tr><td colspan=2><p class=MsoNormal>Operator</p><p class=MsoNormal>and agent</p></td></tr></table>
<p class=MsoNormal><del cite="mailto:x"><span>old</span></del><![if !vml]><img width=10 src="file:///C:/x/image001.png"><![endif]></p>
<!--EndFragment--></body></html>`;
const WEB = `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span style="font-size:16pt;font-weight:400">From the web</span></h2><p dir="ltr"><span style="font-weight:700;color:#000">Bold</span><span style="font-style:italic"> slanted</span> and plain</p><ul><li dir="ltr" aria-level="1"><p><span>One</span></p></li><li><p>Two</p></li></ul></b><div><div>Nested <code>code()</code></div><div><blockquote>Said</blockquote></div></div><nav><button>Like</button></nav>`;

test('what comes from Word and from the web keeps headings, lists, tables and links, and nothing else', async () => {
  const page = await open('Start.\n');
  await behind(page, 'Start.');
  await page.keyboard.press('Enter');
  await paste(page, { 'text/html': WORD, 'text/plain': 'not this' });
  const made = await sent(page);
  expect(made).toBe(
    'Start.\n\n## Rules for agents\n\n## Before the swap\n\nCheck the **identity** and the *history*; see\u00a0[the register](https://example.org/a?b=1).\n\n- First point\n  - Under it\n- Second point\n\n1. Numbered\n2. Again\n\n| Who | What |\n| --- | --- |\n| Operator and agent |  |\n\n~~old~~\n',
  );
  await page.keyboard.press('Control+a');
  await paste(page, { 'text/html': WEB });
  expect(await sent(page)).toBe('## From the web\n\n**Bold** *slanted* and plain\n\n- One\n- Two\n\nNested `code()`\n\n> Said\n');
  await page.keyboard.press('Control+a');
  await paste(page, { 'text/plain': '## Markdown\n\n- [x] read as such\n' });
  expect(await sent(page)).toBe('## Markdown\n\n- [x] read as such\n');
});

test.each([true, false])('what is typed is kept and the line says where; a browser may keep it: %s', async (rest) => {
  const { page: form, server } = await editorPage(browser, 'First.\n', { rest });
  page = form;
  complaints = [];
  await goVisual(form);
  const line = form.locator('[data-keeping]');
  await behind(form, 'First.');
  await form.keyboard.type(' More.');
  await expect.poll(() => line.textContent(), LONG).toBe('Saved 10:42:07');
  expect(server.has).toBe('First. More.\n');
  expect(await form.evaluate(() => localStorage.length - (localStorage.getItem('indaba-visual') ? 1 : 0))).toBe(0);
  server.down = true;
  await form.keyboard.type(' And more.');
  await expect.poll(() => line.textContent(), LONG).toMatch(rest ? /^Browser \d\d:\d\d:\d\d$/ : /^Not saved$/);
  if (rest) {
    // The browser dies: what it kept is offered, and put over nothing unasked.
    await form.reload();
    await goVisual(form);
    expect(await form.locator('#text').inputValue()).toBe('First.\n');
    server.down = false;
    await form.getByRole('button', { name: 'Bring back' }).click();
    await form.locator('#visual-text').getByText('First. More. And more.').waitFor(LONG);
  } else {
    server.down = false;
    await form.evaluate(() => dispatchEvent(new Event('online')));
  }
  await expect.poll(() => server.has, LONG).toBe('First. More. And more.\n');
  await expect.poll(() => line.textContent(), LONG).toBe('Saved 10:42:07');
});

test('what was sent does not come back as a draft', async () => {
  const { page: form, server } = await editorPage(browser, 'First.\n');
  page = form;
  complaints = [];
  await form.locator('#text').fill('Second.\n');
  await expect.poll(() => server.has, LONG).toBe('Second.\n');
  await expect.poll(() => form.locator('[data-keeping]').textContent(), LONG).toMatch(/^Saved/);
  await form.locator('#text').fill('Third.\n');
  await form.getByRole('button', { name: 'Send' }).click();
  await expect.poll(() => form.title(), LONG).toBe('Sent');
  await form.goto('http://visual.test/');
  expect(server.has).toBe('Second.\n');
  expect(await form.getByRole('button', { name: 'Bring back' }).count()).toBe(0);
});

test.each(['ltr', 'rtl'])('on a phone, %s: everything has a name, nothing hangs over', async (dir) => {
  const page = await open(
    'عنوان **غامق**\n\n- [ ] task\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n:::hint{style="warning"}\nMind :param[24 h]{#t}.\n:::\n\n:::tabs\nunknown\n:::\n\n![Alt](p.png)\n',
    { dir, width: 400 },
  );
  await page.locator('#visual-text').getByText('Mind').click();
  expect(await findings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  expect(
    await page
      .locator('#visual-text [data-own], #visual-text select')
      .evaluateAll((all) => all.every((each) => each.getAttribute('aria-label') || each.textContent)),
  ).toBe(true);
  await page.locator('#visual-text input[type=checkbox]').check();
  expect(await sent(page)).toContain('- [x] task');
});
