import * as Y from 'yjs';
import { Refusal } from '#platform/errors.ts';
import { editsBetween } from '#lib/text/edits.ts';

// A shared draft is the plain text of each field of the form, letter by letter. Why Markdown and not the tree of the visual editor: docs/decisions.

/** The fields of the form that several write together, and the most letters each may have. */
export const FIELDS = { text: 400_000, title: 200, reason: 10_000, page_title: 300, page_description: 2_000, page_sources: 20_000 } as const;
export type FieldName = keyof typeof FIELDS;
export type Fields = Partial<Record<FieldName, string>>;
export const fieldNames = Object.keys(FIELDS) as FieldName[];
/** One update may have so many bytes. */
export const MOST_BYTES = 600_000;

/** The very first state, made once, by the server: two that open a draft at the same moment both begin with it. */
export function firstUpdate(fields: Fields): Uint8Array<ArrayBuffer> {
  const doc = new Y.Doc();
  putFields(doc, fields);
  return own(Y.encodeStateAsUpdate(doc));
}

/** A document out of what was kept of it, in any order. */
export function documentOf(updates: Iterable<Uint8Array>): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return doc;
}

/** All of it as one update. */
export const stateBytes = (doc: Y.Doc): Uint8Array<ArrayBuffer> => own(Y.encodeStateAsUpdate(doc));

/** What stands in each field. */
export function fieldsOf(doc: Y.Doc): Record<FieldName, string> {
  return Object.fromEntries(fieldNames.map((name) => [name, doc.getText(name).toString()])) as Record<FieldName, string>;
}

/** Makes the fields say this, by as little as is needed: words that stay are not touched. */
export function putFields(doc: Y.Doc, fields: Fields, origin?: unknown): void {
  doc.transact(() => {
    for (const name of fieldNames) {
      const wanted = fields[name];
      const text = doc.getText(name);
      if (wanted === undefined) continue;
      for (const { at, gone, put } of editsBetween(text.toString(), wanted)) {
        if (gone) text.delete(at, gone);
        if (put) text.insert(at, put);
      }
    }
  }, origin);
}

/**
 * The update that brings a form, which was written on the state `base`, into the draft: what others did meanwhile stays. Nothing when the form says what it said.
 */
export function updateOfForm(base: Iterable<Uint8Array>, fields: Fields): Uint8Array<ArrayBuffer> | undefined {
  const doc = documentOf(base);
  const before = Y.encodeStateVector(doc);
  let changed = false;
  doc.on('update', () => (changed = true));
  putFields(doc, fields);
  return changed ? own(Y.encodeStateAsUpdate(doc, before)) : undefined;
}

/** Takes an update from outside into the document, which is of no more use when this refuses: library.together.malformed, library.together.gap, library.together.too_long. */
export function takeUpdate(doc: Y.Doc, update: Uint8Array): void {
  try {
    Y.applyUpdate(doc, update);
  } catch (cause) {
    throw new Refusal('library.together.malformed', { cause });
  }
  // It builds on something that is not here: another draft's, or what was lost on the way.
  if (doc.store.pendingStructs || doc.store.pendingDs) throw new Refusal('library.together.gap', { status: 409 });
  for (const name of doc.share.keys()) if (!Object.hasOwn(FIELDS, name)) throw new Refusal('library.together.malformed');
  for (const name of fieldNames) {
    const text = plain(doc, name);
    if (text.length > FIELDS[name]) throw new Refusal('library.together.too_long', { details: { field: name, most: FIELDS[name] } });
  }
}

/** A field holds letters and nothing else: no marks, no embedded things, no types within. */
function plain(doc: Y.Doc, name: FieldName): string {
  let out = '';
  try {
    const text = doc.getText(name);
    if ([...(text._map?.keys() ?? [])].length) throw new Error('attributes');
    for (const { insert, attributes } of text.toDelta() as Array<{ insert: unknown; attributes?: object }>) {
      if (typeof insert !== 'string' || (attributes && Object.keys(attributes).length)) throw new Error('not plain');
      out += insert;
    }
    // What no database text can hold, and no reader sees.
    if (out.includes('\0')) throw new Error('NUL');
  } catch (cause) {
    throw new Refusal('library.together.malformed', { cause });
  }
  return out;
}

/** Bytes that nobody else holds on to. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
