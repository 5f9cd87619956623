import { joinWithPasskey } from '../../joining.server.ts';
import type { RequestHandler } from './$types.js';

export const POST: RequestHandler = (event) => joinWithPasskey(event, false);
