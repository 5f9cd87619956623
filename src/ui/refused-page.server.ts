/** What is answered before any page is made: one sentence, and what was typed, ready to be sent again. */
import { lookUrl, workUrl } from 'virtual:page-assets';
import { error_go_back, error_kept_typed, error_refused_title, error_send_again } from '#paraglide/messages.js';
import type { Locale } from '#paraglide/runtime.js';
import { errorText } from './error-text.server.ts';
import { direction } from './locale.ts';

type Page = {
  status: number;
  code: string;
  details: Record<string, unknown>;
  headers: Record<string, string>;
  locale: Locale;
  /** Where the form goes again: the address it came to. */
  address: string;
  form?: FormData | undefined;
};

const codes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => codes[sign] ?? sign);

/** A page of its own, since the one that was asked for may not be made now. A form with a secret or a file in it is not repeated: those never go back. */
export function refusedPage({ status, code, details, headers, locale, address, form }: Page): Response {
  const fields = [...(form ?? [])];
  const whole = fields.length > 0 && fields.every(([name, value]) => typeof value === 'string' && !(value && /password|secret|token|code/.test(name)));
  const title = escaped(error_refused_title());
  const again = `<form method="post" action="${escaped(address)}">${fields.map(([name, value]) => field(name, String(value))).join('')}<p class="row"><button class="btn go">${escaped(error_send_again())}</button></p></form>`;
  const html = `<!doctype html>
<html lang="${locale}" dir="${direction(locale)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><link rel="stylesheet" href="${lookUrl}"><link rel="stylesheet" href="${workUrl}"></head>
<body><main id="main" class="wrap"><h1>${title}</h1><p class="err" role="alert">${escaped(errorText(code, details))}</p>${whole ? again : `<p>${escaped(error_go_back())}</p>`}</main></body></html>`;
  return new Response(html, {
    status,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    },
  });
}

/** Words stay words one can see and mend; the rest is carried along. The line end after the tag is the one that HTML drops. */
function field(name: string, value: string): string {
  if (/\s/.test(value)) return `<p><textarea name="${escaped(name)}" rows="6" aria-label="${escaped(error_kept_typed())}">\n${escaped(value)}</textarea></p>`;
  return `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`;
}

/** The same for programs (RFC 9457), and for the hub's own script, which shows `message`. */
export function refusedProblem(status: number, code: string, details: Record<string, unknown>, requestId: string, headers: Record<string, string>): Response {
  const sentence = errorText(code, details);
  const body = { type: `/api/v1/errors#${code}`, title: sentence, status, code, detail: sentence, message: sentence, request_id: requestId, errors: [] };
  return new Response(JSON.stringify(body), { status, headers: { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' } });
}
