import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import { ensureMessages } from './bin/messages.ts';
import { pageAssets } from './bin/page-assets.ts';

const root = import.meta.dirname;

/** Words are compiled before anything imports them, and again while somebody edits them. */
const messages: Plugin = {
  name: 'indaba-messages',
  enforce: 'pre',
  config: () => ensureMessages(root),
  configureServer(server) {
    server.watcher.on('change', (file) => {
      if (file.includes('/messages/en/')) ensureMessages(root);
    });
  },
};

export default defineConfig({
  plugins: [
    messages,
    pageAssets(root),
    sveltekit({
      adapter: adapter(),
      // Ours stands in hooks.server.ts: Kit's compares schemes too, which fails behind a proxy that speaks http to us, and knows nothing of bearer tokens.
      csrf: { trustedOrigins: ['*'] },
      // Kit adds nonces for its own boot script, on pages with csr only; the hash of the reading style is added in hooks.server.ts.
      csp: {
        mode: 'auto',
        directives: {
          'default-src': ['none'],
          'script-src': ['self'],
          'style-src': ['self'],
          'img-src': ['self', 'data:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          'manifest-src': ['self'],
          'worker-src': ['self'],
          'form-action': ['self'],
          'base-uri': ['none'],
          'frame-ancestors': ['none'],
        },
      },
      version: { name: process.env['npm_package_version'] ?? 'dev' },
    }),
  ],
  build: { target: 'es2022' },
});
