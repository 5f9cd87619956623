import { hubSettings } from '#platform/settings/values.server.ts';
import type { RequestHandler } from './$types.js';

/** The hub's own mark, if stewards gave it one; its name changes with it, so it may be kept for ever. */
export const GET: RequestHandler = ({ params }) => {
  const { mark } = hubSettings();
  if (!mark || params.name !== `${mark.hash}.png`) return new Response(null, { status: 404 });
  return new Response(Buffer.from(mark.png, 'base64'), {
    headers: { 'content-type': 'image/png', 'cache-control': 'public, max-age=31536000, immutable', 'content-security-policy': "default-src 'none'; sandbox" },
  });
};
