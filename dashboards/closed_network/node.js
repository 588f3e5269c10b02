// DuckDB while the site is built: takes the tables from Arrow streams on disk.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
	NODE_RUNTIME,
	VoidLogger,
	createDuckDB
} from '@duckdb/duckdb-wasm/dist/duckdb-node-blocking';
import { cache_for_hash, get_arrow_if_sql_already_run } from '../cache-duckdb.js';
import { arrowTableToJSON } from './both.js';

export { tableFromIPC } from 'apache-arrow';
export { arrowTableToJSON };

const DIST = dirname(createRequire(import.meta.url).resolve('@duckdb/duckdb-wasm'));
const CASTS = {
	castBigIntToDouble: true,
	castTimestampToDate: true,
	castDecimalToDouble: true,
	castDurationToTime64: true
};

let connection;
let opening;

async function open() {
	const bundle = (kind) => ({
		mainModule: join(DIST, `duckdb-${kind}.wasm`),
		mainWorker: join(DIST, `duckdb-node-${kind}.worker.cjs`)
	});
	const database = await createDuckDB(
		{ mvp: bundle('mvp'), eh: bundle('eh') },
		new VoidLogger(),
		NODE_RUNTIME
	);
	await database.instantiate();
	database.open({ query: CASTS });
	connection = database.connect();
	// An extension would be fetched from a server; without one a query fails at once and says why.
	connection.query('set autoinstall_known_extensions = false');
	connection.query('set ieee_floating_point_ops = false');
	connection.query('set old_implicit_casting = true');
}

export function initDB() {
	opening ??= open();
	return opening;
}

export function updateSearchPath(schemas) {
	connection.query(`pragma search_path = '${schemas.join(',')}'`);
}

// There are no files in the database: nothing to empty.
export async function emptyDbFs() {}

export async function setParquetURLs(urls) {
	await initDB();
	for (const [schema, files] of Object.entries(urls)) {
		connection.query(`create schema if not exists "${schema}"`);
		for (const file of files) {
			const name = file.split(/[\\/]/).at(-1).replace(/\.parquet$/, '');
			connection.query(`drop table if exists "${schema}"."${name}"`);
			connection.insertArrowFromIPCStream(readFileSync(file), { schema, name, create: true });
		}
	}
}

export function query(sql, cacheOptions) {
	const known = cacheOptions?.prerendering ? get_arrow_if_sql_already_run(sql) : null;
	const result = known ?? connection.query(sql);
	if (cacheOptions) cache_for_hash(sql, result, cacheOptions);
	return arrowTableToJSON(result);
}
