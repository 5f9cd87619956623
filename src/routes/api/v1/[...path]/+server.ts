import type { RequestEvent } from '@sveltejs/kit';
import { serve } from '../serve.server.ts';

const handler = ({ locals, request, url, params, getClientAddress }: RequestEvent) =>
  serve({ actor: locals.actor, request, url, path: `/${params.path ?? ''}`, requestId: locals.requestId, address: getClientAddress() });

export { handler as DELETE, handler as GET, handler as PATCH, handler as POST, handler as PUT };
