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

function style(root: string, file: string): string {
  return bundle({ filename: join(root, 'src/ui/style', file), minify: true, targets }).code.toString();
}

async function script(root: string, file: string, define: Record<string, string> = {}): Promise<string> {
  const built = await rolldown({ input: join(root, 'src/island', file), cwd: root, platform: 'browser', logLevel: 'warn', transform: { define } });
  const { output } = await built.generate({ format: 'iife', minify: true });
  await built.close();
  return output[0].code;
}

const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 10);

type Made = { look: string; work: string; island: string; passkey: string; push: string; files: string; desk: string };
let made: Promise<Made> | undefined;
const make = (root: string): Promise<Made> =>
  (made ??= (async () => {
    const [files, desk] = await Promise.all([script(root, 'send-files.ts'), script(root, 'desk.ts')]);
    return {
      look: style(root, 'reading.css'),
      work: style(root, 'work.css'),
      // The island fetches them when the first file is chosen or the first @ typed, so it knows where they stand.
      island: await script(root, 'main.ts', {
        FILES_SCRIPT: JSON.stringify(`/${address.files({ files })}`),
        DESK_SCRIPT: JSON.stringify(`/${address.desk({ desk })}`),
      }),
      passkey: await script(root, 'passkey.ts'),
      push: await script(root, 'push.ts'),
      files,
      desk,
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
  // Only when somebody attaches a file.
  files: (m: Pick<Made, 'files'>) => `_app/immutable/assets/files.${short(m.files)}.js`,
  // Only when somebody opens the palette, names somebody, or fills in a form that watches over what is typed.
  desk: (m: Pick<Made, 'desk'>) => `_app/immutable/assets/desk.${short(m.desk)}.js`,
};

/** Offers `virtual:page-assets` to the server and puts the external files beside the framework's own. */
export function pageAssets(root: string): Plugin {
  return {
    name: 'indaba-page-assets',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    async load(id) {
      if (id !== `\0${name}`) return;
      made = undefined;
      for (const folder of ['src/ui/style', 'src/island']) for (const file of readdirSync(join(root, folder))) this.addWatchFile(join(root, folder, file));
      const m = await make(root);
      const hash = createHash('sha256').update(m.look).digest('base64');
      return [
        `export const look = ${JSON.stringify(m.look)};`,
        `export const lookHash = ${JSON.stringify(`sha256-${hash}`)};`,
        `export const lookUrl = ${JSON.stringify(`/${address.look(m)}`)};`,
        `export const workUrl = ${JSON.stringify(`/${address.work(m)}`)};`,
        `export const islandUrl = ${JSON.stringify(`/${address.island(m)}`)};`,
        `export const passkeyUrl = ${JSON.stringify(`/${address.passkey(m)}`)};`,
        `export const pushUrl = ${JSON.stringify(`/${address.push(m)}`)};`,
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
      this.emitFile({ type: 'asset', fileName: address.files(m), source: m.files });
      this.emitFile({ type: 'asset', fileName: address.desk(m), source: m.desk });
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const kind = /^\/_app\/immutable\/assets\/(look|work|island|passkey|push|files|desk)\.[0-9a-f]{10}\.(css|js)/.exec(request.url ?? '')?.[1] as
          | keyof Made
          | undefined;
        if (!kind) return next();
        make(root).then((m) => {
          response.setHeader('content-type', kind !== 'look' && kind !== 'work' ? 'text/javascript' : 'text/css');
          response.end(m[kind]);
        }, next);
      });
    },
  };
}
