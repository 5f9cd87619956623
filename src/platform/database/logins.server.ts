import type { Login } from './pool.server.ts';

const variables: Record<Login, string> = { web: 'INDABA_WEB_URL', worker: 'INDABA_WORKER_URL', stream: 'INDABA_STREAM_URL' };

/** The address one login connects with. `indaba start` and the tests set it; a program beside a running server takes it from run.json. */
export function loginUrl(login: Login): string {
  const url = process.env[variables[login]];
  if (!url) throw new Error(`${variables[login]} is not set: start the hub with "npm start", or give the address of its database`);
  return url;
}
