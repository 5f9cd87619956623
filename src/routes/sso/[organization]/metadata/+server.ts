import { ownMetadata } from '#domains/people/single-sign-on/saml-metadata.server.ts';
import { config } from '#platform/config.server.ts';
import { notFound } from '#platform/errors.ts';
import type { RequestHandler } from './$types.js';

/** What a SAML provider has to know of this hub. The same for every name, whether or not there is such an organization. */
export const GET: RequestHandler = ({ params }) => {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(params.organization)) throw notFound();
  return new Response(ownMetadata(config().url, params.organization), {
    headers: { 'content-type': 'application/samlmetadata+xml', 'content-disposition': 'attachment; filename="indaba.xml"' },
  });
};
