import type { Address, Check, Figures, Finding, Node, Scanner } from './model.ts';

/** Below either of these a disk is low: enough for a night's work, and for a database that grows while somebody is on the way. */
const LEAST_BYTES = 1_000_000_000;
const LEAST_SHARE = 0.05;
const DAY = 86_400;

const well = (check: Check, code = 'well', params: Finding['params'] = {}): Finding => ({ check, bad: false, code, params });
const bad = (check: Check, code: string, params: Finding['params'] = {}): Finding => ({ check, bad: true, code, params });
const minutes = (seconds: number) => Math.round(seconds / 60);
const named = (nodes: Node[]) => [...new Set(nodes.map((node) => node.name))].join(', ');
const differing = (nodes: Node[], of: (node: Node) => string) => new Set(nodes.map(of)).size > 1;

/** Every check in its order: what is found, well or bad. */
export function findings(f: Figures, address: Address, asked?: Scanner): Finding[] {
  const alive = f.nodes.filter((node) => node.seen_seconds < 120);
  return [
    jobs(f, alive),
    mail(f, alive),
    failed(f),
    disk(alive),
    backup(f),
    scanner(f, alive, asked),
    clock(alive),
    gone(f),
    versions(alive),
    keys(alive),
    seal(f),
    transactions(f),
    search(f),
    counts(f),
    door(f, alive, address),
    terms(f),
  ];
}

function jobs({ waiting }: Figures, alive: Node[]): Finding {
  if (waiting.count > 0)
    return bad('jobs', alive.some((node) => node.kind === 'worker') ? 'slow' : 'nobody', { count: waiting.count, minutes: minutes(waiting.seconds) });
  return alive.some((node) => node.kind === 'worker') ? well('jobs') : bad('jobs', 'no_worker');
}

function mail({ mail: { count, seconds, error }, demo }: Figures, alive: Node[]): Finding {
  if (count > 0 && seconds > 300) return bad('mail', 'stuck', { count, minutes: minutes(seconds), error: error ?? '' });
  if (!demo && alive.some((node) => node.kind === 'worker' && !node.facts.smtp)) return bad('mail', 'no_server');
  return well('mail');
}

function failed({ failed: all }: Figures): Finding {
  const [first] = all;
  return first
    ? bad('failed', 'given_up', { count: all.reduce((sum, each) => sum + each.count, 0), task: first.task, error: first.error ?? '' })
    : well('failed');
}

function disk(alive: Node[]): Finding {
  const low = alive
    .filter(({ facts }) => facts.disk_free < LEAST_BYTES || facts.disk_free < facts.disk_total * LEAST_SHARE)
    .sort((a, b) => a.facts.disk_free - b.facts.disk_free);
  return low[0] ? bad('disk', 'low', { node: named(low), megabytes: Math.round(low[0].facts.disk_free / 1e6) }) : well('disk');
}

function backup({ demo, age_seconds, backup_seconds }: Figures): Finding {
  if (demo) return well('backup', 'demo');
  if (backup_seconds === null) return age_seconds > DAY ? bad('backup', 'never') : well('backup', 'young');
  return backup_seconds > 2 * DAY
    ? bad('backup', 'old', { days: Math.floor(backup_seconds / DAY) })
    : well('backup', 'made', { hours: Math.round(backup_seconds / 3_600) });
}

function scanner({ unlooked }: Figures, alive: Node[], asked: Scanner): Finding {
  if (differing(alive, ({ facts }) => String(facts.scanner))) return bad('scanner', 'differ', { node: named(alive.filter(({ facts }) => !facts.scanner)) });
  const held = { count: unlooked.count, minutes: minutes(unlooked.seconds) };
  if (!asked) return unlooked.count > 0 ? bad('scanner', 'taken_away', held) : well('scanner', 'none');
  if (asked === 'not asked') return unlooked.seconds > 180 ? bad('scanner', 'held', held) : well('scanner', 'set');
  if ('error' in asked) return bad('scanner', 'silent', { error: asked.error, count: unlooked.count });
  if (asked.days === null) return bad('scanner', 'bare', { version: asked.version });
  if (asked.days > 7) return bad('scanner', 'old', { version: asked.version, days: asked.days });
  return unlooked.seconds > 180 ? bad('scanner', 'held', held) : well('scanner', 'well', { version: asked.version, days: asked.days });
}

function clock(alive: Node[]): Finding {
  const off = alive.filter(({ skew_seconds }) => Math.abs(skew_seconds) > 2).sort((a, b) => Math.abs(b.skew_seconds) - Math.abs(a.skew_seconds));
  return off[0] ? bad('clock', 'off', { node: named(off), seconds: Math.round(off[0].skew_seconds) }) : well('clock');
}

function gone({ nodes }: Figures): Finding {
  const lost = nodes.filter(({ seen_seconds }) => seen_seconds >= 120);
  return lost[0] ? bad('nodes', 'gone', { node: named(lost), minutes: minutes(lost[0].seen_seconds) }) : well('nodes', 'well', { count: nodes.length });
}

const versions = (alive: Node[]): Finding =>
  differing(alive, ({ facts }) => `${facts.version} ${facts.migration}`)
    ? bad('versions', 'differ', { node: named(alive) })
    : well('versions', 'well', { version: alive[0]?.facts.version ?? '' });
const keys = (alive: Node[]): Finding =>
  differing(alive, ({ facts }) => JSON.stringify(facts.keys)) ? bad('keys', 'differ', { node: named(alive) }) : well('keys');
const seal = ({ unsealed_seconds: seconds }: Figures): Finding => (seconds > 600 ? bad('seal', 'held', { minutes: minutes(seconds) }) : well('seal'));
const transactions = ({ open_seconds: seconds }: Figures): Finding =>
  (seconds ?? 0) > 600 ? bad('transactions', 'open', { minutes: minutes(seconds ?? 0) }) : well('transactions');
const search = ({ unfound: count }: Figures): Finding => (count > 0 ? bad('search', 'unfound', { count }) : well('search'));

function counts({ age_seconds, recount }: Figures): Finding {
  if (!recount) return age_seconds > 2 * DAY ? bad('counts', 'never') : well('counts', 'young');
  const { seconds, counted, threads, conversations, markers, activity, audiences } = recount;
  if (seconds > 2 * DAY) return bad('counts', 'old', { days: Math.floor(seconds / DAY) });
  const hours = Math.round(seconds / 3_600);
  return threads + conversations + markers + activity + audiences > 0
    ? bad('counts', 'drift', { hours, threads, conversations, markers, activity, audiences })
    : well('counts', 'well', { hours, count: counted });
}

/** Not bad, for nothing breaks; yet nobody here has promised anything. */
function terms({ agreements, demo }: Figures): Finding {
  if (agreements.includes('terms') && agreements.includes('sharing')) return well('terms');
  return well('terms', demo ? 'demo' : agreements.includes('terms') ? 'no_sharing' : agreements.includes('sharing') ? 'no_terms' : 'none');
}

function door({ demo }: Figures, alive: Node[], { url, certificate }: Address): Finding {
  const { protocol, hostname } = new URL(url);
  if (differing(alive, ({ facts }) => facts.url)) return bad('address', 'differ', { urls: [...new Set(alive.map(({ facts }) => facts.url))].join(', ') });
  if (protocol === 'http:') return demo || /^(localhost|127\.|\[::1\])/.test(hostname) ? well('address', 'local', { url }) : bad('address', 'http', { url });
  if (certificate && 'error' in certificate) return bad('address', 'certificate', { url, error: certificate.error });
  if (certificate && certificate.days < 14) return bad('address', 'ends', { url, days: certificate.days });
  return well('address', 'well', { url });
}
