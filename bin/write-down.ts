/** Writes db/types.ts and db/schema.sql anew, from a database of its own with every migration and policy in it. */
import { writeFileSync } from 'node:fs';
import { withDatabase } from '#platform/database/scratch.server.ts';
import { databaseSchema } from './db-schema.ts';
import { databaseTypes } from './db-types.ts';

await withDatabase(async (admin) => {
  writeFileSync(new URL('../db/types.ts', import.meta.url), await databaseTypes(admin));
  writeFileSync(new URL('../db/schema.sql', import.meta.url), await databaseSchema(admin));
});
console.log('db/types.ts and db/schema.sql say what the database is.');
process.exit(0);
