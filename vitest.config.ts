import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The root tsconfig extends one that only a build generates.
  tsconfig: 'tests/tsconfig.json',
  test: {
    include: ['tests/**/*.test.ts', 'src/**/*.test.ts', 'seeds/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    // Two cores, one database server: more workers only wait for each other.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
