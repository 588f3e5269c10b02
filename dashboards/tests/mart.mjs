// Reads the database that the site was built from, and the scorecard of the command.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

// The driver that Evidence's own source brings along.
const require = createRequire(import.meta.resolve('@evidence-dev/duckdb'));
const { DuckDBInstance } = require('@duckdb/node-api');

const { DATABASE, PYTHON = 'python3' } = process.env;
let connection;

export async function mart(sql) {
	if (!DATABASE) throw new Error('DATABASE names the database that the site was built from');
	connection ??= await (
		await DuckDBInstance.create(DATABASE, { access_mode: 'READ_ONLY' })
	).connect();
	const reader = await connection.runAndReadAll(sql);
	return reader.getRowObjectsJS();
}

export function python(args, input = '') {
	return execFileSync(PYTHON, args, { encoding: 'utf8', maxBuffer: 1e8, input });
}

export function scorecard(grain) {
	const command = ['scorecard', '--database', DATABASE, '--grain', grain, '--format', 'json'];
	return JSON.parse(python(['-m', 'trustmetrics', ...command]));
}
