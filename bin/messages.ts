/** Compiles messages/ to src/paraglide: run before anything that imports `#paraglide/messages.js`. Does nothing when up to date. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, promises, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writePseudoLocale } from './pseudo-locale.ts';

const sources = [
  'messages/en/*.json',
  'messages/??/*.json',
  'project.inlang/settings.json',
  'bin/messages.ts',
  'bin/pseudo-locale.ts',
  'node_modules/@inlang/paraglide-js/package.json',
];

function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const file of globSync(sources, { cwd: root }).sort()) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Brings src/paraglide up to date, in a process of its own: the compiler leaves 30 s timers behind that would keep this one alive. */
export function ensureMessages(root: string): void {
  const stamp = join(root, 'src/paraglide/.stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root)) return;
  const run = spawnSync(process.execPath, [import.meta.filename], { cwd: root, encoding: 'utf8' });
  if (run.stderr) process.stderr.write(run.stderr);
  if (run.status !== 0) throw new Error(`messages: ${run.stderr || run.stdout || run.error}`);
}

type Bundle = { id: string; declarations: unknown };
type Message = { bundleId: string; locale: string; selectors: unknown };
type Source = { locale: string; path: string };
type Plugin = {
  toBeImportedFiles(input: { settings: unknown }): Promise<Source[]>;
  importFiles(input: {
    files: Array<Source & { content: Buffer }>;
    settings: unknown;
  }): Promise<{ bundles: Bundle[]; messages: Message[]; variants: Variant[] }>;
};
type Variant = { messageBundleId: string; messageLocale: string; matches: unknown; pattern: unknown };

async function compileMessages(root: string): Promise<void> {
  writePseudoLocale(root);
  const { compileProject, writeOutput } = await import('@inlang/paraglide-js');
  const settings = JSON.parse(readFileSync(join(root, 'project.inlang/settings.json'), 'utf8'));
  const output = await compileProject({
    project: { settings: { get: async () => settings }, db: answering(await readMessages(root, settings)) } as never,
    projectPath: join(root, 'project.inlang'),
    compilerOptions: {
      // The request decides on the server, <html lang> in the browser; both are told by overwriteGetLocale.
      strategy: ['globalVariable', 'baseLocale'],
      emitGitIgnore: false,
      emitPrettierIgnore: false,
      emitReadme: false,
    },
  });
  await writeOutput({ directory: join(root, 'src/paraglide'), output, cleanDirectory: true, fs: promises });
  writeFileSync(join(root, 'src/paraglide/.stamp'), fingerprint(root));
}

/**
 * All messages as rows, read by the plugin itself. The library would first put each into a database of its own and read it back: a minute of
 * computing for 800 messages against under a second without. A key in two files is said aloud; the later file has it.
 */
async function readMessages(root: string, settings: unknown): Promise<object[]> {
  // Its package names no types for the module itself.
  const { default: plugin } = (await import('@inlang/plugin-message-format' as string)) as { default: Plugin };
  const wanted = await plugin.toBeImportedFiles({ settings });
  const files = wanted.filter((file) => existsSync(join(root, file.path))).map((file) => ({ ...file, content: readFileSync(join(root, file.path)) }));
  const read = await plugin.importFiles({ files, settings });
  const declarations = new Map(read.bundles.map((bundle) => [bundle.id, bundle.declarations]));
  const messages = new Map<string, { message: Message; variants: Variant[] }>();
  // Variants stand in the order of their messages, so a message begun anew means a key that came before.
  let next = 0;
  for (const message of read.messages) {
    const key = `${message.bundleId}\0${message.locale}`;
    if (messages.has(key) && message.locale !== 'ar-XB')
      console.error(`messages: ${message.bundleId} stands in two files of ${message.locale}; the later one has it.`);
    const variants: Variant[] = [];
    while (read.variants[next]?.messageBundleId === message.bundleId && read.variants[next]?.messageLocale === message.locale)
      variants.push(read.variants[next++] as Variant);
    messages.set(key, { message, variants });
  }
  if (next !== read.variants.length) throw new Error('the plugin no longer gives variants in the order of their messages');
  return [...messages.values()]
    .sort((a, b) => (a.message.bundleId < b.message.bundleId ? -1 : a.message.bundleId > b.message.bundleId ? 1 : 0))
    .flatMap(({ message: { bundleId, locale, selectors }, variants }) =>
      variants.map(({ matches, pattern }, index) => ({
        bundleId,
        bundleDeclarations: declarations.get(bundleId),
        messageId: `${bundleId} ${locale}`,
        messageLocale: locale,
        messageSelectors: selectors,
        variantId: `${bundleId} ${locale} ${index}`,
        variantMatches: matches,
        variantPattern: pattern,
      })),
    );
}

/** A query builder that knows one answer. */
function answering(rows: object[]): unknown {
  const builder: unknown = new Proxy({}, { get: (_, name) => (name === 'execute' ? async () => rows : () => builder) });
  return builder;
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  await compileMessages(resolve(import.meta.dirname, '..'));
  process.exit(0);
}
