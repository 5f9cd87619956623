import { openapi } from '../openapi.server.ts';

const document = JSON.stringify(openapi('1'), null, 1);

export const GET = () => new Response(document, { headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=300' } });
