import { asUser, connectOnce } from '#platform/database/connect.server.ts';
import { newPassword } from '#platform/database/scram.ts';
import { ADMIN_NAME, startCluster } from '#platform/embedded/cluster.server.ts';
import { temporaryFolder } from './process.ts';

/** A server of one's own without any of our roles, as an administrator has it before the hub comes; `cleanUp` stops it. */
export async function bareServer(): Promise<{
  admin: string;
  at(user: string, password: string, database?: string): string;
  run(statements: string | string[], database?: string): Promise<void>;
}> {
  const password = newPassword();
  const { port } = await startCluster({ folder: temporaryFolder(), admin: { user: ADMIN_NAME, password }, unsafe: true });
  const at = (user: string, secret: string, database = 'postgres') => asUser(`postgres://127.0.0.1:${port}/${database}`, user, secret);
  const admin = at(ADMIN_NAME, password);
  return {
    admin,
    at,
    run: async (statements, database) => {
      const client = await connectOnce(at(ADMIN_NAME, password, database));
      try {
        for (const sql of [statements].flat()) await client.query(sql);
      } finally {
        await client.end();
      }
    },
  };
}
