/** Prints the ratios of the budgets, one measurement after another. It asserts nothing: a busy machine is not a defect. `node bin/bench.ts [name …]` */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../tests/bench');
const measurements: Record<string, string> = {
  product: 'start, weight, reading, memory',
  posting: 'durable posts beside a bare insert',
  'live-stream': '1,000 open streams beside a bare broadcast',
  reconnect: '1,000 clients coming back after a restart, with what they missed',
  opening: 'a channel with 50 unread, beside the same bytes from a bare server',
  search: 'a million messages, hidden words beside absent ones',
  requests: 'proposing, comparing and merging 200 pages; two revisions of the longest page',
  editor: 'the visual editor opened on the longest page, and what it weighs',
  opener: 'the opener and the policy shape',
  attacks: 'pages for others while somebody floods, beside the same in calm',
  audit: 'what the log costs writers, and how fast it is sealed and checked',
};
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in measurements));
if (unknown.length) {
  console.error(`There is no measurement called ${unknown.join(', ')}. There are: ${Object.keys(measurements).join(', ')}.`);
  process.exit(1);
}
// Measured is what the hub can do, not what it lets one address do.
const INDABA_LIMITS = process.env.INDABA_LIMITS ?? 'reads=9999999 address-reads=9999999 writes=9999999 address-writes=9999999 streams=9999999';
for (const [name, what] of Object.entries(measurements)) {
  if (wanted.length && !wanted.includes(name)) continue;
  const file = resolve(folder, `${name}.ts`);
  if (!existsSync(file)) continue;
  console.log(`\n${name}: ${what}`);
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit', env: { ...process.env, INDABA_LIMITS } });
  if (status !== 0) process.exitCode = 1;
}
