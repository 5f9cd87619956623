import type { PoolClient } from 'pg';
import { pool } from '#platform/database/pool.server.ts';
import type { Cursor } from './cursor.ts';

export type LogEvent = {
	id: string; xid: string; kind: string; audience_id: number; byline_id: string | null; subject_kind: string; subject_id: string;
	data: Record<string, unknown>; at: Date; audience_epoch: string;
};
export type Reader = { key: string; member_id: string; audience_ids: number[]; sealed_labels: string[]; expires_at: Date };
/** Everything read through one of these stands in one snapshot: events, epochs and membership agree. */
export type LogView = { at: Cursor; first: LogEvent[]; events(horizon: bigint, known: string[]): Promise<LogEvent[]>; readers(keys: string[]): Promise<Reader[]> };

/** How many events one statement brings. */
export const BATCH = 2_000;

/** Looks at the log as relay, which may call three functions and nothing else. `first` = the first batch above a horizon, brought with the position in one trip. */
export async function lookAtLog<T>(above: { horizon: bigint; known: string[] } | undefined, work: (log: LogView) => Promise<T>): Promise<T> {
	const client = await pool('stream').connect();
	let broken: Error | undefined;
	try {
		await client.query("begin isolation level repeatable read read only; set local role indaba_relay; set local statement_timeout = '5s'");
		const { rows } = await client.query<LogEvent & { epoch: string; horizon: string }>({
			name: 'relay-look',
			text: 'select p.epoch, p.horizon::text as horizon, f.*, f.xid::text as xid from app.relay_position() p left join lateral app.relay_frames(coalesce($1::xid8, p.horizon), $2::bigint[], $3) f on true',
			values: [above ? String(above.horizon) : null, above?.known ?? [], BATCH],
		});
		const position = rows[0];
		if (!position) throw new Error('the hub has no row');
		const at = { epoch: position.epoch, horizon: BigInt(position.horizon) };
		const result = await work({ at, first: rows.filter((row) => row.id !== null), events: events(client), readers: readers(client) });
		await client.query('commit');
		return result;
	} catch (error) {
		await client.query('rollback').catch((lost: Error) => { broken = lost; });
		throw error;
	} finally {
		client.release(broken);
	}
}

function events(client: PoolClient): LogView['events'] {
	return async (horizon, known) => {
		const { rows } = await client.query<LogEvent>({ name: 'relay-frames', text: 'select *, xid::text as xid from app.relay_frames($1::xid8, $2::bigint[], $3)', values: [String(horizon), known, BATCH] });
		return rows;
	};
}

function readers(client: PoolClient): LogView['readers'] {
	return async (keys) => (await client.query<Reader>({ name: 'relay-members', text: 'select * from app.relay_members($1::text[])', values: [keys] })).rows;
}
