/** db/types.ts and db/schema.sql say what the database is; run bin/write-down.ts after changing it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseSchema } from '../../bin/db-schema.ts';
import { databaseTypes } from '../../bin/db-types.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase({ environment: false });
});
afterAll(() => db.drop());
const written = (file: string) => readFileSync(resolve(import.meta.dirname, '../../db', file), 'utf8');

test('db/types.ts is the database', async () => expect(await databaseTypes(db.admin)).toBe(written('types.ts')));
test('db/schema.sql is the database', async () => expect(await databaseSchema(db.admin)).toBe(written('schema.sql')));
