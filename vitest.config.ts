import { defineConfig } from 'vitest/config';

// The root tsconfig extends one that only a build generates.
const tsconfig = 'tests/tsconfig.json';
const times = { testTimeout: 30_000, hookTimeout: 60_000 };
/** Tests of rights that open a whole hub, or change the process's settings: each in a process of its own, as all others. */
const alone = ['attachments', 'exports', 'imports', 'labels', 'leak', 'pages', 'routes'].map((name) => `tests/policies/${name}.test.ts`);
const rights = 'tests/policies/**/*.test.ts';

export default defineConfig({
  tsconfig,
  test: {
    // Here, not in the projects: one database server for all of them.
    globalSetup: ['tests/support/global-setup.ts'],
    // Two cores, one database server: more workers only wait for each other.
    maxWorkers: 2,
    projects: [
      // What asks the database alone keeps nothing in the process: reading the modules once for all of it saves a third of its time.
      { tsconfig, test: { ...times, name: 'rights', include: [rights], exclude: alone, isolate: false } },
      { tsconfig, test: { ...times, name: 'hub', include: [...alone, '{src,seeds}/**/*.test.ts', 'tests/!(policies)/**/*.test.ts'] } },
    ],
  },
});
