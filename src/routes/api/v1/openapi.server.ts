import { toJsonSchema } from '@valibot/to-json-schema';
import type { Operation } from './operation.server.ts';
import { operations } from './operations/index.server.ts';

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    request_id: { type: 'string' },
    errors: { type: 'array', items: { type: 'object' } },
  },
};

const stream = {
  operationId: 'getEvents',
  summary: 'What happens, as it happens: server-sent events from after a cursor, or with poll=1 the next frames as JSON.',
  tags: ['events'],
  parameters: [
    { name: 'Last-Event-ID', in: 'header', description: 'The id of the last frame; what was in flight then may come again.', schema: { type: 'string' } },
    { name: 'after', in: 'query', description: 'The same, for those who cannot set headers.', schema: { type: 'string' } },
    { name: 'poll', in: 'query', description: '1 to wait for the next frames and end.', schema: { type: 'string' } },
  ],
  responses: {
    200: { description: 'Frames.', content: { 'text/event-stream': {}, 'application/json': { schema: { type: 'object' } } } },
    401: { description: 'No token, or one that opens nothing.' },
  },
};

const bytes = { schema: { type: 'string', format: 'binary' } };
const refusedAs = { description: 'Refused.', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/problem' } } } };
const idInPath = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
/** Bytes are no JSON, so these stand beside the operations. */
const filesIn = {
  operationId: 'postUploads',
  summary:
    'Send in a file for a message, 20 MB at most: the bytes themselves; or, with Tus-Resumable: 1.0.0, announce one that comes in pieces (tus 1.0: HEAD, PATCH and DELETE on its address). Its id goes into `files` of a message within a day, by the same token.',
  tags: ['files'],
  parameters: [{ name: 'name', in: 'query', description: 'What it is called.', schema: { type: 'string' } }],
  requestBody: { required: true, content: { 'application/octet-stream': bytes } },
  responses: { 201: { description: 'Here.', content: { 'application/json': { schema: { type: 'object' } } } }, default: refusedAs },
};
const fileOut = {
  operationId: 'getFilesId',
  summary: 'The bytes of a file of a message or a page, by the id that stands with it. The label of the message binds it.',
  tags: ['files'],
  parameters: [idInPath],
  responses: { 200: { description: 'The bytes.', content: { 'application/octet-stream': bytes } }, default: refusedAs },
};

/** The OpenAPI 3.1 document, made of the schemas that check what comes in. */
export function openapi(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation);
  paths['/events'] = { get: stream };
  (paths['/uploads'] ??= {}).post = filesIn;
  paths['/files/{id}'] = { get: fileOut };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Indaba',
      version,
      description: 'Everything a page of the hub can do, with the same commands and the same rights. Without a token one is a visitor.',
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{}, { token: [] }],
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } }, schemas: { problem: problemSchema } },
  };
}

function describe(operation: Operation): Record<string, unknown> {
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const asked = {
    ...operation.query,
    ...(operation.list ? { limit: 'At most this many, 50 unless told, 500 at most.', cursor: 'The `next` of the page before.' } : {}),
  };
  const inQuery = Object.entries(asked).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: name === 'limit' ? { type: 'integer', minimum: 1, maximum: 500 } : { type: 'string' },
  }));
  const inHead = [
    ...(operation.method === 'POST'
      ? [{ name: 'Idempotency-Key', in: 'header', description: 'A UUID; the same key and body make one thing.', schema: { type: 'string', format: 'uuid' } }]
      : []),
    ...(operation.current
      ? [{ name: 'If-Match', in: 'header', description: 'The ETag of what is to be changed; 412 when it moved.', schema: { type: 'string' } }]
      : []),
  ];
  const good = operation.method === 'POST' ? '201' : '200';
  const listed = {
    type: 'object',
    required: ['items', 'next'],
    properties: { items: { type: 'array', items: { type: 'object' } }, next: { type: ['string', 'null'] } },
  };
  return {
    operationId: `${operation.method.toLowerCase()}${operation.path.replace(/[^a-z]+(\w)?/gi, (_, letter: string = '') => letter.toUpperCase())}`,
    summary: operation.summary,
    tags: [operation.collection],
    parameters: [...inPath, ...inQuery, ...inHead],
    ...(operation.input
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: toJsonSchema(operation.input, { errorMode: 'ignore', typeMode: 'input' }) } },
          },
        }
      : {}),
    responses: {
      [good]: { description: 'Done.', content: { 'application/json': { schema: operation.list ? listed : { type: 'object' } } } },
      default: { description: 'Refused.', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/problem' } } } },
    },
  };
}
