import type { Desk } from './words.ts';

/** Sends a picture in for the text that is being written; gives the name by which the text shows it, nothing where it was refused or the line is down, which it says. */
export async function sendPicture(
  { picture, pictures, words }: Pick<Desk, 'picture' | 'pictures' | 'words'>,
  file: File,
): Promise<{ path: string } | undefined> {
  if (!picture) return undefined;
  const line = document.querySelector<HTMLElement>('[data-visual] [role=status]');
  const say = (text: string) => {
    if (line) line.textContent = text;
  };
  say(words.picture_sending);
  const body = new FormData();
  body.append('kept', picture.kept);
  body.append('picture', file);
  try {
    const response = await fetch(picture.to, { method: 'POST', body, headers: { accept: 'application/json' } });
    const said = (await response.json()) as { path?: string; address?: string; message?: string };
    if (!said.path || !said.address) {
      say(said.message ?? String(response.status));
      return undefined;
    }
    pictures[said.path] = said.address;
    say('');
    return { path: said.path };
  } catch {
    say(words.lost_line);
    return undefined;
  }
}
