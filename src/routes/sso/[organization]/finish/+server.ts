import { redirect } from '@sveltejs/kit';
import { finishAt } from '../../sso.server.ts';
import type { RequestHandler } from './$types.js';

/** Back in the browser that began, with its cookie: what the provider's page posted is taken up here, once. */
export const GET: RequestHandler = async (event) => redirect(303, await finishAt(event, event.params.organization));
