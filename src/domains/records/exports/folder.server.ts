import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '#platform/config.server.ts';
import { folderFault } from '#platform/data-folder.server.ts';

const ID = /^[0-9a-f-]{36}$/;
const folder = (): string => join(config().data, 'exports');

/** Where a package lies while it waits to be fetched; the folder is made when it is not there. */
export function packagePath(id: string): string {
  if (!ID.test(id)) throw new Error('not an id');
  try {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw folderFault(folder(), error);
  }
  return join(folder(), `${id}.zip`);
}

/** A package as a stream that removes it when it was read or let go; nothing when it is not here. */
export function openPackage(id: string): ReadableStream | undefined {
  const path = packagePath(id);
  if (!existsSync(path)) return undefined;
  const file = createReadStream(path);
  const pieces = file[Symbol.asyncIterator]();
  const gone = () => rmSync(path, { force: true });
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (!done) return controller.enqueue(value);
        controller.close();
        gone();
      } catch (error) {
        controller.error(error);
        gone();
      }
    },
    cancel() {
      file.destroy();
      gone();
    },
  });
}

/** Removes packages that have lain here since before a moment. */
export function dropPackages(before: number): void {
  if (!existsSync(folder())) return;
  for (const name of readdirSync(folder())) if (statSync(join(folder(), name)).mtimeMs < before) rmSync(join(folder(), name), { force: true });
}
