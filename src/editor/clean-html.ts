// What a web page, Word or a mail puts on the clipboard, down to what a page of ours can hold. Works on a document that loads and runs nothing.

const KEPT = new Set([
  'H1',
  'H2',
  'H3',
  'H4',
  'H5',
  'H6',
  'P',
  'UL',
  'OL',
  'LI',
  'STRONG',
  'B',
  'EM',
  'I',
  'S',
  'DEL',
  'STRIKE',
  'CODE',
  'PRE',
  'BLOCKQUOTE',
  'BR',
  'HR',
  'A',
  'TABLE',
  'TBODY',
  'THEAD',
  'TFOOT',
  'TR',
  'TD',
  'TH',
]);
const GONE = 'script,style,meta,link,title,xml,template,iframe,object,embed,svg,math,noscript,input,button,select,textarea,img,picture,video,audio,canvas';
const ATTRIBUTES: Record<string, string[]> = { A: ['href'], OL: ['start'], TD: ['align', 'colspan', 'rowspan'], TH: ['align', 'colspan', 'rowspan'] };

/** Cleans pasted HTML; what the editor copied itself goes through untouched but for what could run. */
export function cleanHtml(html: string): string {
  const doc = new DOMParser().parseFromString(unstyled(html), 'text/html');
  const own = doc.querySelector('[data-pm-slice]');
  for (const each of doc.querySelectorAll(GONE)) each.remove();
  // Word's remarks, and the blanks it puts at the end of paragraphs.
  for (const each of doc.querySelectorAll('[data-style*="mso-comment"], [data-style*="mso-element:comment"], .MsoCommentReference')) each.remove();
  for (const each of doc.querySelectorAll('o\\:p')) if (!each.textContent?.trim()) each.remove();
  const comments = doc.createTreeWalker(doc.documentElement, NodeFilter.SHOW_COMMENT);
  const found: Comment[] = [];
  while (comments.nextNode()) found.push(comments.currentNode as Comment);
  for (const comment of found) comment.remove();
  if (own) return doc.body.innerHTML;
  wordLists(doc);
  for (const each of [...doc.body.querySelectorAll('*')]) clean(each);
  for (const row of doc.querySelectorAll('table')) oneHead(row);
  return doc.body.innerHTML;
}

/** What styles say is read, never applied; the content policy would complain of each. */
const unstyled = (html: string) =>
  html.replace(/<style\b[\s\S]*?<\/style\s*>/gi, '').replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/i, ' data-style='));

const styleOf = (each: Element) => (each.getAttribute('data-style') ?? '').toLowerCase();

function clean(each: Element): void {
  if (!each.isConnected) return;
  const style = styleOf(each);
  const doc = each.ownerDocument;
  const name = each.className.toString();
  const heading = /^Mso(?:Heading([1-6])|Title)\b/.exec(name);
  let tag = each.tagName;
  // Google wraps all it copies in a bold that is none.
  if ((tag === 'B' || tag === 'STRONG') && /(?:^|[;\s])font-weight:\s*(?:normal|400)/.test(style)) tag = 'SPAN';
  if (heading && tag === 'P') tag = `H${heading[1] ?? 2}`;
  if (tag === 'H1') tag = 'H2';
  if (/^(SPAN|FONT)$/.test(tag)) {
    const wraps = [
      /(?:^|[;\s])font-weight:\s*(?:bold|[6-9]00)/.test(style) && 'strong',
      /font-style:\s*italic/.test(style) && 'em',
      /line-through/.test(style) && 's',
    ].filter((wrap) => wrap !== false);
    let inner: Node[] = [...each.childNodes];
    for (const wrap of each.textContent?.trim() ? wraps : []) {
      const made = doc.createElement(wrap);
      made.append(...inner);
      inner = [made];
    }
    each.replaceWith(...inner);
    return;
  }
  if (/^(DIV|SECTION|ARTICLE|MAIN|HEADER|FOOTER|ASIDE|FIGURE|FIGCAPTION|CENTER|DL|DD|DT|DETAILS|SUMMARY|ADDRESS)$/.test(tag)) {
    const holdsBlocks = [...each.children].some((child) => /^(P|DIV|UL|OL|TABLE|H[1-6]|BLOCKQUOTE|PRE|SECTION|ARTICLE|FIGURE|DL)$/.test(child.tagName));
    if (holdsBlocks) each.replaceWith(...each.childNodes);
    else rename(each, 'p');
    return;
  }
  if (!KEPT.has(tag)) {
    each.replaceWith(...each.childNodes);
    return;
  }
  const kept = rename(each, tag.toLowerCase());
  if (tag === 'P' && !kept.textContent?.replace(/\u00a0/g, ' ').trim() && !kept.querySelector('br')) kept.remove();
  if (/^T[DH]$/.test(tag)) {
    const side = /text-align:\s*(left|center|right)/.exec(style)?.[1];
    if (side && side !== 'left') kept.setAttribute('align', side);
    // A cell holds one line of words: paragraphs in it are joined by a blank.
    for (const block of [...kept.querySelectorAll('p,div,li,ul,ol,h1,h2,h3,h4,h5,h6,br,table,tbody,tr,blockquote,pre')])
      block.replaceWith(' ', ...block.childNodes, ' ');
    kept.normalize();
  }
  if (tag === 'H1' || /^H\d$/.test(tag)) for (const strong of [...kept.querySelectorAll('strong,b')]) strong.replaceWith(...strong.childNodes);
}

/** The element anew, with the few attributes it may have. */
function rename(each: Element, tag: string): Element {
  const made = each.ownerDocument.createElement(tag);
  for (const name of ATTRIBUTES[tag.toUpperCase()] ?? []) {
    const value = each.getAttribute(name);
    if (value !== null && !(name === 'href' && !/^(https?:|mailto:|\/(?!\/)|#.)/i.test(value.trim())))
      made.setAttribute(name, name === 'href' ? value.trim() : value);
  }
  if (tag === 'a' && (!made.hasAttribute('href') || /^#(_|OLE|m_)/.test(made.getAttribute('href') ?? ''))) {
    each.replaceWith(...each.childNodes);
    return made;
  }
  made.append(...each.childNodes);
  each.replaceWith(made);
  return made;
}

/** Word writes lists as paragraphs that say `mso-list:l0 level2`, with the sign as text before the words. */
function wordLists(doc: Document): void {
  let open: Array<{ level: number; list: Element }> = [];
  for (const paragraph of [...doc.body.querySelectorAll('p')]) {
    const [, level = ''] = /mso-list:\s*l\d+\s+level(\d)/.exec(styleOf(paragraph)) ?? [];
    if (!level) continue;
    const signs = [...paragraph.querySelectorAll('span')].filter((span) => /mso-list:\s*ignore/.test(styleOf(span)));
    const sign = signs[0]?.textContent?.replace(/\u00a0/g, ' ').trim() ?? '';
    for (const span of signs) span.remove();
    const ordered = /^(?:\d+|[a-z]{1,3}|[ivxlc]+)[.)]$/i.test(sign);
    const previous = paragraph.previousElementSibling;
    if (open[0]?.list !== previous) open = [];
    while (open.length && (open.at(-1)?.level ?? 0) > Number(level)) open.pop();
    if (!open.length || (open.at(-1)?.level ?? 0) < Number(level)) {
      const list = doc.createElement(ordered ? 'ol' : 'ul');
      const number = /^\d+/.exec(sign)?.[0];
      if (ordered && number && number !== '1') list.setAttribute('start', number);
      const parent = open.at(-1)?.list.lastElementChild;
      if (parent) parent.append(list);
      else paragraph.before(list);
      open.push({ level: Number(level), list });
    }
    const item = doc.createElement('li');
    const words = doc.createElement('p');
    words.append(...paragraph.childNodes);
    item.append(words);
    open.at(-1)?.list.append(item);
    paragraph.remove();
  }
}

/** The first row of a table is its head. */
function oneHead(table: Element): void {
  for (const cell of table.querySelector('tr')?.querySelectorAll('td') ?? [])
    for (const strong of rename(cell, 'th').querySelectorAll('strong,b')) strong.replaceWith(...strong.childNodes);
}
