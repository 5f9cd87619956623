/** Plants the starter library: one change request per space, merged, so that even the first text has a history. */
import { readFile, readdir } from 'node:fs/promises';
import { parse } from 'yaml';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import type { PageChange } from '#domains/library/model.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';

type Node = { path: string; children?: Node[] };
type Space = { title: string; description: string; order: number; licence: string; sources: string[]; pages: Node[] };
const folder = new URL('./library/', import.meta.url);

/** Writes every space that is not there yet, as the service byline given, merged by another. */
export async function plantLibrary(tx: Tx, author: string, merger: string): Promise<number> {
	let planted = 0;
	for (const slug of (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name)) {
		if (await tx.selectFrom('app.spaces').select('id').where('slug', '=', slug).executeTakeFirst()) continue;
		const space = parse(await readFile(new URL(`${slug}/space.yaml`, folder), 'utf8')) as Space;
		const id = newId();
		await tx.insertInto('app.spaces').values({
			id, slug, audience_id: 1, title: space.title, description: space.description, licence: space.licence, sources: JSON.stringify(space.sources), position: space.order,
		}).execute();
		const pages = await pagesOf(slug, space.pages, null);
		const request = await openChangeRequest(tx, { space_id: id, title: space.title, reason: 'Starter library', retry_key: newId(), byline_id: author, pages });
		await mergeChangeRequest(tx, { id: request.id, byline_id: merger });
		planted++;
	}
	return planted;
}

async function pagesOf(space: string, nodes: readonly Node[], parent: string | null): Promise<PageChange[]> {
	const pages: PageChange[] = [];
	for (const [position, node] of nodes.entries()) {
		const text = await readFile(new URL(`${space}/${node.path}.md`, folder), 'utf8');
		pages.push({ action: 'create', page_id: newId(), base_revision_id: null, path: node.path, parent_path: parent, position, text, retires: [] });
		pages.push(...(await pagesOf(space, node.children ?? [], node.path)));
	}
	return pages;
}
