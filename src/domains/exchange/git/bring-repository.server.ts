import { fork } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReportLine } from '../gitbook/model.ts';
import { type Answered, type Asked, REPOSITORY, type RepositoryLimits } from './model.ts';

export type Repository = { folder: string; commit: string; branch: string | null; leftOut: ReportLine[]; remove(): void };
export type RefusedRepository = { refused: { code: string; about: string } };

/** Is this an address rather than a folder? */
export const isAddress = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

/**
 * Brings the newest files of a repository into a folder of its own under the system's temporary folder, over https, within limits. `remove()` takes it away again.
 * Gives a refusal with `exchange.git.bad_address`, `.not_found`, `.leads_on`, `.no_branch`, `.empty`, `.no_answer`, `.too_large`, `.too_long` or `.unreadable`.
 */
export async function bringRepository(address: string, branch: string | null, own: Partial<RepositoryLimits> = {}): Promise<Repository | RefusedRepository> {
  const limits = { ...REPOSITORY, ...own };
  const url = URL.canParse(address) ? new URL(address) : null;
  // A password would stand in the list of processes and in the shell's memory.
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return { refused: { code: 'exchange.git.bad_address', about: address } };
  const above = mkdtempSync(join(tmpdir(), 'indaba-git-'));
  const remove = () => rmSync(above, { recursive: true, force: true });
  // The name of a folder can name a space.
  const name = (url.pathname.replace(/\/+$/, '').split('/').at(-1) ?? '').replace(/\.git$/i, '').replace(/[^\w-]+/g, '-') || 'repository';
  const folder = join(above, name);
  mkdirSync(folder);
  const answer = await unpack({ address, branch, folder, limits });
  if ('refused' in answer) {
    remove();
    return { refused: { code: `exchange.git.${answer.refused}`, about: answer.about } };
  }
  return { folder, ...answer, remove };
}

function unpack(asked: Asked): Promise<Answered> {
  const { limits } = asked;
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, 'unpack-repository.ts'), {
      execArgv: [`--max-old-space-size=${Math.ceil(limits.memory / 2 ** 20)}`],
      stdio: 'ignore',
    });
    let answer: Answered = { refused: 'too_large', about: String(limits.memory) };
    const watch = setInterval(() => {
      try {
        // The second number is what is in memory, in pages of 4 KB (/proc/<pid>/statm).
        if (Number(readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1]) * 4096 > limits.memory) child.kill('SIGKILL');
      } catch {
        // It has ended.
      }
    }, 50);
    const timer = setTimeout(() => {
      answer = { refused: 'too_long', about: String(limits.ms / 1_000) };
      child.kill('SIGKILL');
    }, limits.ms);
    child.on('message', (said: Answered) => (answer = said));
    child.on('error', (error) => (answer = { refused: 'unreadable', about: error.message }));
    child.on('close', () => {
      clearInterval(watch);
      clearTimeout(timer);
      resolve(answer);
    });
    child.send(asked);
  });
}
