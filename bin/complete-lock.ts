/**
 * Adds to package-lock.json the optional packages of other platforms that `npm install` left out because the registry at
 * hand did not have them. `npm ci` refuses a lock without them, on every machine; it never fetches what is not for its own
 * platform. Run it after adding or updating a package. `--check` changes nothing and exits 1 when something is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

type Entry = {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  license?: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};

const path = resolve(import.meta.dirname, '../package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Entry> };
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openbsd', 'netbsd', 'sunos', 'aix', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

/** What a platform package is for, as its name says. */
function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> | undefined {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.find((each) => words.includes(each));
  const cpu = PROCESSORS.find((each) => words.includes(each));
  if (!os || !cpu) return undefined;
  const libc =
    os !== 'linux'
      ? undefined
      : words.some((word) => word.startsWith('musl'))
        ? ['musl']
        : words.some((word) => word.startsWith('gnu'))
          ? ['glibc']
          : undefined;
  return { os: [os], cpu: [cpu], ...(libc ? { libc } : {}) };
}

const added: string[] = [];
for (const [place, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    // Where Node would look for it, from the inside out.
    const parts = place.split('/node_modules/');
    const places = parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/node_modules/${name}`);
    if ([...places, `node_modules/${name}`].some((each) => lock.packages[each])) continue;
    const platform = platformOf(name);
    if (!platform || !/^\d/.test(range)) throw new Error(`${name}@${range}, wanted by ${place || 'the project'}, is not in the lock and names no platform`);
    lock.packages[`node_modules/${name}`] = { version: range, ...(entry.dev ? { dev: true } : {}), optional: true, ...platform };
    added.push(`${name}@${range}`);
  }
}

if (added.length > 0 && process.argv.includes('--check')) {
  console.error(`package-lock.json lacks ${added.length} packages of other platforms, so "npm ci" fails: run "node bin/complete-lock.ts".`);
  process.exit(1);
}
if (added.length > 0) {
  const [root, ...rest] = Object.entries(lock.packages);
  lock.packages = Object.fromEntries([root as [string, Entry], ...rest.sort(([a], [b]) => (a < b ? -1 : 1))]);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(added.length > 0 ? `Added ${added.join(', ')}.` : 'The lock names the packages of every platform.');
