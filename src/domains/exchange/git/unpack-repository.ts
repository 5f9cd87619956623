/**
 * A process of its own: fetches the newest commit of a branch and writes its files below a folder, so that a hostile repository costs this process and nothing else.
 * No link, no part of another repository and no name that leads elsewhere is written; nothing of the repository is ever run.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import fs from 'node:fs';
import path from 'node:path';
import git, { type HttpClient } from 'isomorphic-git';
import { outgoing, OutgoingError } from '#platform/outgoing/outgoing.server.ts';
import type { ReportLine } from '../gitbook/model.ts';
import type { Answered, Asked } from './model.ts';

class Refused extends Error {
  readonly code: string;
  constructor(code: string, about = '') {
    super(about);
    this.code = code;
  }
}

/** The library's own line to the outside is not used: every question goes the guarded way, whole and counted. */
function lineOf({ limits }: Asked): HttpClient {
  let left = limits.line;
  return {
    async request({ url, method, headers, body }) {
      const parts: Uint8Array[] = [];
      if (body) for await (const part of body) parts.push(part);
      const answer = await outgoing(url, { method, headers, ...(parts.length && { body: Buffer.concat(parts) }), ms: limits.ms, bytes: Math.max(left, 1) });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      left -= bytes.length;
      const leads = answer.headers.get('location');
      if (answer.status >= 300 && answer.status < 400 && leads) throw new Refused('leads_on', leads.replace(/\/info\/refs\b.*$/, ''));
      if (answer.status === 401 || answer.status === 403 || answer.status === 404) throw new Refused('not_found', String(answer.status));
      return {
        url,
        method: method ?? 'GET',
        statusCode: answer.status,
        statusMessage: '',
        headers: Object.fromEntries(answer.headers),
        body: [bytes] as never,
      };
    },
  };
}

const MODES: Record<string, ReportLine['reason']> = { '120000': 'is_link', '160000': 'is_special' };

async function bring(asked: Asked): Promise<Answered> {
  const { folder, limits, address } = asked;
  const gitdir = path.join(folder, '.git');
  const store = { fs, dir: folder, gitdir, cache: {} };
  const leftOut: ReportLine[] = [];
  let written = 0;
  let files = 0;
  await git.clone({
    ...store,
    http: lineOf(asked),
    url: address,
    ...{ depth: 1, singleBranch: true, noTags: true, noCheckout: true },
    ...(asked.branch && { ref: asked.branch }),
  });
  const branch = (await git.currentBranch(store)) ?? null;
  const commit = await git.resolveRef({ ...store, ref: 'HEAD' }).catch(() => {
    throw new Refused('empty');
  });
  async function enter(oid: string, at: string, depth: number): Promise<void> {
    if (depth > limits.depth) return void leftOut.push({ reason: 'too_deep', what: at, where: at, data: { limit: limits.depth } });
    for (const entry of (await git.readTree({ ...store, oid })).tree) {
      const where = at ? `${at}/${entry.path}` : entry.path;
      const leave = (reason: ReportLine['reason'], data?: ReportLine['data']) => leftOut.push({ reason, what: where, where, ...(data && { data }) });
      // A tree can hold any name: written by hand, also one that climbs out of its folder, or that of the repository's own.
      if (!entry.path || /[/\\\0]/.test(entry.path) || /^\.{1,2}$|^\.git\W*$/i.test(entry.path) || entry.path.length > 255) leave('climbs_out');
      else if (MODES[entry.mode]) leave(MODES[entry.mode]!);
      else if (++files > limits.files) {
        if (files === limits.files + 1) leave('too_many_pages', { limit: limits.files });
        return;
      } else if (entry.type === 'tree') {
        await mkdir(path.join(folder, where), { recursive: true });
        await enter(entry.oid, where, depth + 1);
      } else {
        const { blob } = await git.readBlob({ ...store, oid: entry.oid });
        if (blob.length > limits.fileBytes) {
          leave('asset_too_large', { size: blob.length, limit: limits.fileBytes });
          continue;
        }
        written += blob.length;
        if (written > limits.written) throw new Refused('too_large', String(limits.written));
        // Never over what is there: two names may be one on this disk.
        await writeFile(path.join(folder, where), blob, { flag: 'wx' }).catch(() => leave('unreadable'));
      }
    }
  }
  await enter((await git.readCommit({ ...store, oid: commit })).commit.tree, '', 0);
  await rm(gitdir, { recursive: true, force: true });
  return { commit, branch, leftOut };
}

function refusalOf(error: unknown, { address, branch }: Asked): Answered {
  if (error instanceof Refused) return { refused: error.code, about: error.message };
  if (error instanceof OutgoingError) return { refused: error.fault === 'large' ? 'too_large' : 'no_answer', about: error.message };
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'NotFoundError' && branch) return { refused: 'no_branch', about: branch };
  if (code === 'EmptyServerResponseError' || code === 'NotFoundError') return { refused: 'empty', about: address };
  return { refused: 'unreadable', about: (message ?? String(error)).split('\n')[0]!.slice(0, 300) };
}

// Whoever asked is gone: then nobody wants it.
process.once('disconnect', () => process.exit());
process.once('message', (asked: Asked) => {
  bring(asked)
    .catch((error: unknown) => refusalOf(error, asked))
    .then((answer) => process.send?.(answer, () => process.disconnect()));
});
