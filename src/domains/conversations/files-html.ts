import { kindOf } from '#domains/files/kind-of.ts';
import { SHOWN, sizeText } from '#domains/files/model.ts';
import type { Attachment } from '#domains/files/model.ts';

export type MessageFile = Attachment;
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** The files of a message as every reader sees them: pictures shown, everything else a link that saves it. The same on a page and in a frame. */
export function filesHtml(files: MessageFile[]): string {
  if (!files.length) return '';
  const items = files.map((file) => {
    const name = escaped(file.name);
    const href = `/files/${file.id}/${encodeURIComponent(file.name)}`;
    const kind = escaped(kindOf(file));
    if (SHOWN.has(file.mime) && file.width && file.height)
      return `<li><a href="${href}"><img src="${href}" alt="${name}" width="${file.width}" height="${file.height}" loading="lazy"></a></li>`;
    return `<li><a href="${href}" download><bdi>${name}</bdi></a> <span class="quiet small">${kind ? `${kind}, ` : ''}${sizeText(file.size)}</span></li>`;
  });
  return `<ul class="files">${items.join('')}</ul>`;
}
