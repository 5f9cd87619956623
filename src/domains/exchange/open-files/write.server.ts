/** Writes what was read as files that open without this program: Markdown, JSON, CSV, pictures as they are. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '#platform/fault.ts';
import { csv } from './csv.ts';
import type { Content } from './read.server.ts';

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** The part of a path below a space; nothing where it would lead out of its folder. */
const inside = (path: string) => (path.split('/').some((part) => part === '' || part === '.' || part === '..' || part.includes('\\')) ? undefined : path);

export type Written = { pages: number; controls: number; pictures: number; missing: string[] };

/** Makes the folder and fills it. Throws a Fault where it holds something already. `files` is where the hub keeps bytes, `about` the text of the README. */
export function writeContent(folder: string, content: Content, { files, about }: { files: string; about: string }): Written {
  if (existsSync(folder) && readdirSync(folder).length) throw new Fault(`The folder "${folder}" holds something already: name a new one.`);
  const hashes: Record<string, string> = {};
  const done: Written = { pages: 0, controls: content.controls.length, pictures: 0, missing: [] };
  const put = (path: string, bytes: string | Uint8Array) => {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    writeFileSync(place, bytes, { mode: 0o600 });
    hashes[path] = createHash('sha256').update(bytes).digest('hex');
  };
  put('README.md', about);
  for (const { space, pages, redirects, assets } of content.spaces) {
    const at = `library/${space.slug}`;
    const { id: _, ...facts } = space;
    put(`${at}/space.json`, json({ ...facts, pages: pages.map(({ text: __, blocks: ___, ...page }) => page), redirects }));
    put(`${at}/.indaba/blocks.json`, json(Object.fromEntries(pages.map(({ path, blocks }) => [path, blocks]))));
    for (const { path, text } of pages) {
      const name = inside(path === '' ? 'index' : path);
      if (!name) done.missing.push(`${at}/${path}`);
      else put(`${at}/${name}.md`, text.endsWith('\n') ? text : `${text}\n`);
      if (name) done.pages++;
    }
    for (const { path, sha256 } of assets) {
      const [name, from] = [inside(path), join(files, sha256)];
      if (!name || !existsSync(from)) {
        done.missing.push(`${at}/assets/${path}`);
        continue;
      }
      put(`${at}/assets/${name}`, readFileSync(from));
      done.pictures++;
    }
  }
  for (const [name, rows] of Object.entries({ controls: content.controls, organizations: content.organizations, jurisdictions: content.jurisdictions })) {
    if (name !== 'controls' && !rows.length) continue;
    put(`${name}.json`, json(rows));
    put(`${name}.csv`, csv(rows));
  }
  // Last: a folder without it was cut off.
  put('manifest.json', json({ made_at: content.at, files: { ...hashes } }));
  return done;
}
