/**
 * The three files every page may need, made outside the framework's bundle so that reading pages carry no framework at all:
 * the reading style (inlined, hence its hash for the content policy), the working style and the island script (external, cached).
 */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from 'lightningcss';
import { rolldown } from 'rolldown';
import type { Plugin } from 'vite';

const name = 'virtual:page-assets';
const targets = { chrome: 111 << 16, firefox: 113 << 16, safari: (16 << 16) | (4 << 8) };

function style(root: string, file: string, folder = 'src/ui/style'): string {
  return bundle({ filename: join(root, folder, file), minify: true, targets }).code.toString();
}

async function script(root: string, file: string, define: Record<string, string> = {}, folder = 'src/island'): Promise<string> {
  const built = await rolldown({ input: join(root, folder, file), cwd: root, platform: 'browser', logLevel: 'warn', tsconfig: false, transform: { define } });
  const { output } = await built.generate({ format: 'iife', minify: true });
  await built.close();
  return output[0].code;
}

/** The visual editor: what stands on the form, and what that fetches when somebody turns the switch. */
export async function editorAssets(root: string): Promise<{ visual: string; editor: string; editorStyle: string; together: string }> {
  const editor = await script(root, 'main.ts', {}, 'src/editor');
  const editorStyle = style(root, 'editor.css', 'src/editor');
  const define = { EDITOR_SCRIPT: JSON.stringify(`/${address.editor({ editor })}`), EDITOR_STYLE: JSON.stringify(`/${address.editorStyle({ editorStyle })}`) };
  return { editor, editorStyle, visual: await script(root, 'switch.ts', define, 'src/editor'), together: await script(root, 'together.ts', {}, 'src/editor') };
}

const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 10);

type Made = {
  look: string;
  notes: string;
  work: string;
  island: string;
  passkey: string;
  push: string;
  comment: string;
  files: string;
  desk: string;
  visual: string;
  editor: string;
  editorStyle: string;
  together: string;
};
let made: Promise<Made> | undefined;
const make = (root: string): Promise<Made> =>
  (made ??= (async () => {
    const [files, desk] = await Promise.all([script(root, 'send-files.ts'), script(root, 'desk.ts')]);
    return {
      look: style(root, 'reading.css'),
      notes: style(root, 'notes.css'),
      work: style(root, 'work.css'),
      // The island fetches them when the first file is chosen or the first @ typed, so it knows where they stand.
      island: await script(root, 'main.ts', {
        FILES_SCRIPT: JSON.stringify(`/${address.files({ files })}`),
        DESK_SCRIPT: JSON.stringify(`/${address.desk({ desk })}`),
      }),
      passkey: await script(root, 'passkey.ts'),
      push: await script(root, 'push.ts'),
      comment: await script(root, 'comment.ts'),
      files,
      desk,
      ...(await editorAssets(root)),
    };
  })());

const address = {
  work: (m: Made) => `_app/immutable/assets/work.${short(m.work)}.css`,
  look: (m: Made) => `_app/immutable/assets/look.${short(m.look)}.css`,
  island: (m: Made) => `_app/immutable/assets/island.${short(m.island)}.js`,
  // Apart from the island: only pages where somebody signs in or adds a passkey load it.
  passkey: (m: Made) => `_app/immutable/assets/passkey.${short(m.passkey)}.js`,
  // Only where one chooses how to be told.
  push: (m: Made) => `_app/immutable/assets/push.${short(m.push)}.js`,
  // Where members read a text of the library.
  comment: (m: Made) => `_app/immutable/assets/comment.${short(m.comment)}.js`,
  // Only when somebody attaches a file.
  files: (m: Pick<Made, 'files'>) => `_app/immutable/assets/files.${short(m.files)}.js`,
  // Only when somebody opens the palette, names somebody, or fills in a form that watches over what is typed.
  desk: (m: Pick<Made, 'desk'>) => `_app/immutable/assets/desk.${short(m.desk)}.js`,
  // Where the text of a page is written: a switch; the editor and its style only when it is turned.
  visual: (m: Made) => `_app/immutable/assets/visual.${short(m.visual)}.js`,
  // Where several write one draft.
  together: (m: Made) => `_app/immutable/assets/together.${short(m.together)}.js`,
  editor: (m: Pick<Made, 'editor'>) => `_app/immutable/assets/editor.${short(m.editor)}.js`,
  editorStyle: (m: Pick<Made, 'editorStyle'>) => `_app/immutable/assets/editorStyle.${short(m.editorStyle)}.css`,
};

/** Offers `virtual:page-assets` to the server and puts the external files beside the framework's own. */
export function pageAssets(root: string): Plugin {
  return {
    name: 'indaba-page-assets',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    async load(id) {
      if (id !== `\0${name}`) return;
      made = undefined;
      for (const folder of ['src/ui/style', 'src/island', 'src/editor'])
        for (const file of readdirSync(join(root, folder))) this.addWatchFile(join(root, folder, file));
      const m = await make(root);
      const hash = createHash('sha256').update(m.look).digest('base64');
      return [
        `export const look = ${JSON.stringify(m.look)};`,
        `export const notes = ${JSON.stringify(m.notes)};`,
        `export const lookHash = ${JSON.stringify(`sha256-${hash}`)};`,
        `export const lookUrl = ${JSON.stringify(`/${address.look(m)}`)};`,
        `export const workUrl = ${JSON.stringify(`/${address.work(m)}`)};`,
        `export const islandUrl = ${JSON.stringify(`/${address.island(m)}`)};`,
        `export const passkeyUrl = ${JSON.stringify(`/${address.passkey(m)}`)};`,
        `export const pushUrl = ${JSON.stringify(`/${address.push(m)}`)};`,
        `export const commentUrl = ${JSON.stringify(`/${address.comment(m)}`)};`,
        `export const visualUrl = ${JSON.stringify(`/${address.visual(m)}`)};`,
        `export const togetherUrl = ${JSON.stringify(`/${address.together(m)}`)};`,
      ].join('\n');
    },
    async generateBundle() {
      // The framework copies assets of the server build to the client's folder, also when no page needs a client build at all.
      if (this.environment.name !== 'ssr') return;
      const m = await make(root);
      this.emitFile({ type: 'asset', fileName: address.look(m), source: m.look });
      this.emitFile({ type: 'asset', fileName: address.work(m), source: m.work });
      this.emitFile({ type: 'asset', fileName: address.island(m), source: m.island });
      this.emitFile({ type: 'asset', fileName: address.passkey(m), source: m.passkey });
      this.emitFile({ type: 'asset', fileName: address.push(m), source: m.push });
      this.emitFile({ type: 'asset', fileName: address.comment(m), source: m.comment });
      this.emitFile({ type: 'asset', fileName: address.files(m), source: m.files });
      this.emitFile({ type: 'asset', fileName: address.desk(m), source: m.desk });
      this.emitFile({ type: 'asset', fileName: address.visual(m), source: m.visual });
      this.emitFile({ type: 'asset', fileName: address.editor(m), source: m.editor });
      this.emitFile({ type: 'asset', fileName: address.together(m), source: m.together });
      this.emitFile({ type: 'asset', fileName: address.editorStyle(m), source: m.editorStyle });
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const kind =
          /^\/_app\/immutable\/assets\/(look|work|island|passkey|push|comment|files|desk|visual|together|editor|editorStyle)\.[0-9a-f]{10}\.(css|js)/.exec(
            request.url ?? '',
          )?.[1] as keyof Made | undefined;
        if (!kind) return next();
        make(root).then((m) => {
          response.setHeader('content-type', kind !== 'look' && kind !== 'work' && kind !== 'editorStyle' ? 'text/javascript' : 'text/css');
          response.end(m[kind]);
        }, next);
      });
    },
  };
}
