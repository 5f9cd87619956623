import { type Json, list, record, text } from './json.server.ts';

/** What programs post has no text of its own: it stands in attachments or blocks, and is said as mrkdwn here. Files and pictures of theirs are not fetched. */
export function fallback(message: Json): string {
  const attached = list(message.attachments).slice(0, 50).map(record).map(attachment);
  const blocks = list(message.blocks)
    .slice(0, 200)
    .map((block) => flat(block, 0));
  const said = attached.filter(Boolean).join('\n\n') || blocks.filter(Boolean).join('\n');
  return said.slice(0, 200_000);
}

function attachment(one: Json): string {
  const title = text(one.title);
  const link = text(one.title_link);
  const fields = list(one.fields)
    .slice(0, 50)
    .map(record)
    .map((field) => [text(field.title), text(field.value)].filter(Boolean).join(': '));
  const parts = [text(one.pretext), title && link ? `<${link}|${title.replace(/[|<>]/g, ' ')}>` : title, text(one.text), ...fields].filter(Boolean);
  return parts.length ? parts.join('\n') : text(one.fallback);
}

function flat(block: unknown, deep: number): string {
  if (deep > 12) return '';
  const one = record(block);
  if (typeof one.text === 'string') return one.text;
  if (one.type === 'user') return `<@${text(one.user_id)}>`;
  if (one.type === 'channel') return `<#${text(one.channel_id)}>`;
  if (one.type === 'link') return `<${text(one.url)}>`;
  if (one.type === 'emoji') return `:${text(one.name)}:`;
  const inner = [...list(one.elements), ...list(one.fields), ...(one.text ? [one.text] : [])].slice(0, 500);
  const inLine = one.type === 'rich_text_section' || one.type === 'context';
  return inner
    .map((each) => flat(each, deep + 1))
    .filter(Boolean)
    .join(inLine ? '' : '\n');
}
