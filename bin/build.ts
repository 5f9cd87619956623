/** Builds the web application when build/ does not match its sources; says what it does. `--force` builds anyway. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { lockAlone, waitFor } from '../src/platform/lock.server.ts';
import { ensureMessages } from './messages.ts';

const SOURCES = [
  'src/**',
  'messages/**',
  'static/**',
  'project.inlang/settings.json',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'bin/build.ts',
  'bin/messages.ts',
  'bin/page-assets.ts',
  'bin/pseudo-locale.ts',
];
/** Made from the others, so they say nothing new; and a test changes nothing that is served. */
const DERIVED = /^(src\/paraglide\/|messages\/ar-XB\/)|\.test\.ts$|\/README\.md$/;

/** The hash of everything that the build is made from. */
export function sourceHash(root: string): string {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0] ?? '');
  for (const file of globSync(SOURCES, { cwd: root }).sort()) {
    const path = join(root, file);
    if (DERIVED.test(file) || !statSync(path).isFile()) continue;
    hash.update(`${file}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/** Whether build/ was made from the sources as they are now. */
export function isBuilt(root: string, hash = sourceHash(root)): boolean {
  const stamp = join(root, 'build/.stamp');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

async function build(root: string): Promise<number> {
  const started = Date.now();
  const hash = sourceHash(root);
  rmSync(join(root, 'build/.stamp'), { force: true });
  console.log('Compiling the words …');
  ensureMessages(root);
  console.log('Building pages and scripts …');
  const child = spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const code = await new Promise<number>((done) => child.on('close', (status) => done(status ?? 1)));
  if (code !== 0) {
    process.stderr.write(said);
    console.error('The build failed: the lines above say why.');
    return 1;
  }
  writeFileSync(join(root, 'build/.stamp'), hash);
  console.log(`Built in ${Math.round((Date.now() - started) / 1000)} s.`);
  return 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const root = resolve(import.meta.dirname, '..');
  const force = process.argv.includes('--force');
  // Two starts in one checkout: the second waits and then finds it done.
  const lock = await waitFor(() => lockAlone(join(root, 'node_modules/.indaba-build.lock')), 180_000);
  if (!force && isBuilt(root)) console.log('build/ matches the sources.');
  else process.exitCode = await build(root);
  lock?.release();
}
