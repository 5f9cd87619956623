/** On the page of a text, for members (`data-comment`: where the form is): words that are selected may be commented on. Without it the same form is reached by links. */
const LONGEST = 600;
const AROUND = 40;
const main = document.querySelector<HTMLElement>('[data-comment]');
const bar = document.createElement('span');
bar.className = 'picks';
Object.assign(bar.style, { position: 'absolute', zIndex: '5' });
const link = document.createElement('a');
link.className = 'btn go';
link.id = 'comment-words';
const other = document.createElement('a');
other.className = 'btn';
other.id = 'suggest-words';
bar.append(link, other);

/** The block a place of the text stands in: what is followed by the mark that leads to the talk about it, or a part of a proposal. */
function blockOf(node: Node): { block: Element; part: string | null; code: string } | undefined {
  for (let at = node instanceof Element ? node : node.parentElement; at && at !== main; at = at.parentElement) {
    const mark = at.nextElementSibling?.matches('p.say') ? at.nextElementSibling.querySelector('a') : null;
    if (mark) return { block: at, part: new URL(mark.href).searchParams.get('part'), code: mark.pathname.split('/').at(-1) ?? '' };
    if (at instanceof HTMLElement && at.dataset.part) return { block: at, part: at.dataset.part, code: '' };
  }
  return undefined;
}

/** What the text says there: the numbers of its footnotes are no words of it, nor what a proposal takes away. */
function said(range: Range): string {
  const part = range.cloneContents();
  for (const mark of part.querySelectorAll('sup,del,[role=doc-backlink]')) mark.remove();
  return part.textContent ?? '';
}

function show(): void {
  const selection = getSelection();
  const range = selection?.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0).cloneRange() : undefined;
  const found = range && blockOf(range.startContainer);
  if (!range || !found || !main?.dataset.comment) {
    bar.remove();
    return;
  }
  // Words of one block: what goes on into the next is another comment.
  if (!found.block.contains(range.endContainer)) range.setEndAfter(found.block.lastChild ?? found.block);
  const quote = said(range).trim();
  if (quote.length < 2) {
    bar.remove();
    return;
  }
  const [before, after] = [document.createRange(), document.createRange()];
  before.setStart(found.block, 0);
  before.setEnd(range.startContainer, range.startOffset);
  after.selectNodeContents(found.block);
  after.setStart(range.endContainer, range.endOffset);
  const target = new URL(main.dataset.comment, location.href);
  const { part } = found;
  if (part) target.searchParams.set('part', part);
  else {
    // A control has a place of its own.
    target.search = '';
    target.searchParams.set('control', found.code);
  }
  target.searchParams.set('quote', quote.slice(0, LONGEST));
  target.searchParams.set('before', said(before).slice(-AROUND));
  target.searchParams.set('after', said(after).slice(0, AROUND));
  link.href = target.href;
  link.textContent = main.dataset.commentLabel ?? '';
  other.hidden = !main.dataset.suggest;
  other.textContent = main.dataset.suggestLabel ?? '';
  if (part) {
    const suggest = new URL(main.dataset.suggest ?? '', location.href);
    suggest.searchParams.set('part', part);
    other.href = suggest.href;
    other.onclick = (event) => void inPlace(event, suggest, found.block, quote);
  } else {
    other.href = `/changes/new?control=${target.searchParams.get('control')}`;
    other.onclick = null;
  }
  if (!bar.isConnected) document.body.append(bar);
  const at = range.getBoundingClientRect();
  bar.style.top = `${at.bottom + scrollY + 8}px`;
  bar.style.left = `${Math.max(8, Math.min(at.left + scrollX, document.documentElement.clientWidth - bar.offsetWidth - 8))}px`;
}

/** The small form under the words it is about, instead of on a page of its own; where that fails, the page of its own. */
async function inPlace(event: Event, address: URL, block: Element, quote: string): Promise<void> {
  event.preventDefault();
  bar.remove();
  try {
    const answer = await fetch(address);
    const form = answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector<HTMLFormElement>('#suggestion') : null;
    if (!form) throw new Error('no form');
    document.getElementById('suggestion')?.remove();
    // Behind the mark that belongs to the words.
    block.nextElementSibling!.after(form);
    form.style.marginBlock = '1rem 2rem';
    const field = form.querySelector('textarea')!;
    const at = field.value.indexOf(quote);
    field.focus();
    if (at >= 0) field.setSelectionRange(at, at + quote.length);
    form.scrollIntoView({ block: 'nearest' });
  } catch {
    location.href = address.href;
  }
}

let waiting: ReturnType<typeof setTimeout> | undefined;
if (main)
  document.addEventListener('selectionchange', () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 150);
  });
