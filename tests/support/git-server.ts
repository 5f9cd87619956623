/** A repository behind an address, as git's smart protocol serves it: its newest commit, its files, and what is wrong with it. */
import { createServer, type ServerResponse } from 'node:http';
import fs, { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import git from 'isomorphic-git';

export type Entry = { mode: string; name: string; bytes: Buffer | Entry[] | string };
const line = (text: string | Buffer): Buffer => {
  const bytes = Buffer.from(text as string);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
};
const FLUSH = Buffer.from('0000');

export async function gitServer() {
  const dir = mkdtempSync(join(tmpdir(), 'indaba-git-server-'));
  await git.init({ fs, dir, defaultBranch: 'main' });
  const branches = new Map<string, { commit: string; oids: string[] }>();
  /** What a test wants to go wrong: an answer of its own instead of the right one; true when it has given one. */
  let wrong: ((path: string, answer: ServerResponse) => boolean) | undefined;

  async function write(entries: Entry[], oids: string[]): Promise<string> {
    const rows: Buffer[] = [];
    for (const { mode, name, bytes } of entries) {
      const oid =
        typeof bytes === 'string' ? bytes : Array.isArray(bytes) ? await write(bytes, oids) : await git.writeObject({ fs, dir, type: 'blob', object: bytes });
      if (typeof bytes !== 'string') oids.push(oid);
      rows.push(Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex'));
    }
    // Raw, since a well-behaved writer refuses the names that matter here.
    const oid = await git.writeObject({ fs, dir, type: 'tree', format: 'content', object: Buffer.concat(rows) });
    oids.push(oid);
    return oid;
  }

  const server = createServer((asked, answer) => {
    const url = new URL(asked.url ?? '/', 'http://localhost');
    asked.resume().on('end', async () => {
      if (wrong?.(url.pathname, answer)) return;
      if (!url.pathname.startsWith('/book.git/')) return answer.writeHead(404).end();
      const all = [...branches];
      if (url.pathname.endsWith('/info/refs')) {
        const caps = '\0side-band-64k shallow ofs-delta symref=HEAD:refs/heads/main agent=test';
        const refs = [
          ...(branches.has('main') ? [['HEAD', branches.get('main')!.commit]] : []),
          ...all.map(([name, { commit }]) => [`refs/heads/${name}`, commit]),
        ];
        const rows = refs.map(([name, oid], n) => line(`${oid} ${name}${n ? '' : caps}\n`));
        if (!rows.length) rows.push(line(`${'0'.repeat(40)} capabilities^{}${caps}\n`));
        answer.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
        return answer.end(Buffer.concat([line('# service=git-upload-pack\n'), FLUSH, ...rows, FLUSH]));
      }
      const wanted = all.find(([, { commit }]) => body.includes(commit))?.[1];
      if (!wanted) return answer.writeHead(400).end();
      const { packfile } = await git.packObjects({ fs, dir, oids: [...new Set([wanted.commit, ...wanted.oids])] });
      const parts: Buffer[] = [line(`shallow ${wanted.commit}`), FLUSH, line('NAK\n')];
      for (let at = 0; at < packfile!.length; at += 60_000) parts.push(line(Buffer.concat([Buffer.from([1]), packfile!.subarray(at, at + 60_000)])));
      answer.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
      answer.end(Buffer.concat([...parts, FLUSH]));
    });
    let body = '';
    asked.on('data', (part: Buffer) => (body += part.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    address: `http://${host}/book.git`,
    /** A new commit of a branch; without `parent` its history begins anew. */
    async commit(entries: Entry[], branch = 'main', parent: string[] = []): Promise<string> {
      const oids: string[] = [];
      const tree = await write(entries, oids);
      const who = { name: 'Tortoise', email: 'tortoise@example.org', timestamp: 1_790_000_000, timezoneOffset: 0 };
      const commit = await git.writeCommit({ fs, dir, commit: { message: 'Words\n', tree, parent, author: who, committer: who } });
      branches.set(branch, { commit, oids });
      return commit;
    },
    forget: () => branches.clear(),
    goWrong: (how?: typeof wrong) => (wrong = how),
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Files by their paths, as entries of a tree. */
export function treeOf(files: Record<string, string | Buffer>): Entry[] {
  const groups = Map.groupBy(Object.entries(files), ([path]) => path.split('/')[0]!);
  return [...groups].map(([name, inside]) =>
    inside[0]![0] === name
      ? { mode: '100644', name, bytes: Buffer.from(inside[0]![1] as string) }
      : { mode: '40000', name, bytes: treeOf(Object.fromEntries(inside.map(([path, bytes]) => [path.slice(name.length + 1), bytes]))) },
  );
}
