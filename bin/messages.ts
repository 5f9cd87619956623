/** Compiles messages/ to src/paraglide: run before anything that imports `#paraglide/messages.js`. Does nothing when up to date. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
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
  if (run.status !== 0) throw new Error(`messages: ${run.stderr || run.stdout || run.error}`);
}

async function compileMessages(root: string): Promise<void> {
  writePseudoLocale(root);
  const { compile } = await import('@inlang/paraglide-js');
  await compile({
    project: join(root, 'project.inlang'),
    outdir: join(root, 'src/paraglide'),
    // The request decides on the server, <html lang> in the browser; both are told by overwriteGetLocale.
    strategy: ['globalVariable', 'baseLocale'],
    emitGitIgnore: false,
    emitPrettierIgnore: false,
    emitReadme: false,
  });
  writeFileSync(join(root, 'src/paraglide/.stamp'), fingerprint(root));
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  await compileMessages(resolve(import.meta.dirname, '..'));
  process.exit(0);
}
