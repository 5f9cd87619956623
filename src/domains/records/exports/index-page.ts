import {
  records_package_earlier,
  records_package_label,
  records_package_left,
  records_package_left_line,
  records_package_made,
  records_package_own_title,
  records_package_records_title,
  records_package_written,
  records_ground_chosen,
  records_ground_direct,
  records_ground_label,
  records_ground_taken_back,
} from '#paraglide/messages.js';
import type { Locale } from '#paraglide/runtime.js';
import type { Written } from './read-records.server.ts';

const plain = (text: unknown) => String(text ?? '').replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const grounds: Record<string, (input: object, options: { locale: Locale }) => string> = {
  label: records_ground_label,
  direct: records_ground_direct,
  taken_back: records_ground_taken_back,
};

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}article{border-top:1px solid #999;padding:.75rem 0}p.text{white-space:pre-wrap}.quiet{color:#555}pre{white-space:pre-wrap}';

type Head = { locale: Locale; kind: 'own' | 'records'; name: string; hub: string; at: string };

/** The part of a package that people read: one page, no script, nothing from elsewhere. */
export async function* indexPage(head: Head, about: Record<string, unknown> | undefined, written: AsyncIterable<Written>): AsyncGenerator<string> {
  const options = { locale: head.locale };
  const title = (head.kind === 'own' ? records_package_own_title : records_package_records_title)({ name: head.name }, options);
  const direction = head.locale.startsWith('ar') ? 'rtl' : 'ltr';
  yield `<!doctype html><html lang="${head.locale}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${plain(title)}</title><style>${STYLE}</style></head><body><h1>${plain(title)}</h1><p class="quiet">${plain(records_package_made({ hub: head.hub, at: head.at }, options))}</p>`;
  if (about) yield `<pre dir="ltr">${plain(JSON.stringify(about, null, 2))}</pre>`;
  const left = new Map<string, number>();
  yield `<h2>${plain(records_package_written({}, options))}</h2>`;
  for await (const each of written) {
    if (each.out) {
      const ground = each.out.startsWith('chosen') ? 'chosen' : each.out;
      left.set(ground, (left.get(ground) ?? 0) + 1);
      continue;
    }
    yield `<article><h3 dir="auto">${plain(each.title)}</h3><p class="quiet">${plain(each.at)} · <bdi>${plain(each.by)}</bdi>${each.label ? ` · ${plain(records_package_label({ label: each.label }, options))}` : ''}</p><p class="text" dir="auto">${plain(each.text)}</p>`;
    for (const page of each.pages) yield `<h4 dir="ltr">${plain(page.path)}</h4><pre dir="auto">${plain(page.text)}</pre>`;
    for (const before of each.earlier)
      yield `<p class="quiet">${plain(records_package_earlier({ at: before.until }, options))}</p><p class="text" dir="auto">${plain(before.text)}</p>`;
    yield '</article>';
  }
  yield `<h2>${plain(records_package_left({}, options))}</h2><ul>`;
  for (const [ground, count] of left)
    yield `<li>${plain(records_package_left_line({ count, ground: (grounds[ground] ?? records_ground_chosen)({}, options) }, options))}</li>`;
  yield '</ul></body></html>\n';
}
