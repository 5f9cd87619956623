import { error } from '@sveltejs/kit';
import { takeExport } from '#domains/records/exports/take-export.server.ts';
import type { Refusal } from '#platform/errors.ts';
import { errorText } from '#ui/error-text.server.ts';
import { refused } from '#ui/refused.server.ts';
import type { RequestHandler } from './$types.js';

/** A package of mine, once, after a fresh proof. Looking at the address does nothing. */
export const POST: RequestHandler = async ({ params, locals }) => {
  try {
    return await takeExport(locals.actor, params.id);
  } catch (caught) {
    // Leads by way of /prove where a fresh proof is missing.
    refused(caught);
    const { code, status } = caught as Refusal;
    error(status, errorText(code));
  }
};
