// DuckDB in the browser: comes, with the tables that a query names, when a page asks for what was not
// computed while the site was built. Nothing is fetched from another host.
import {
	AsyncDuckDB,
	VoidLogger,
	getPlatformFeatures
} from '@duckdb/duckdb-wasm';
import { arrowTableToJSON } from './both.js';

export { tableFromIPC } from 'apache-arrow';
export { arrowTableToJSON };

const CASTS = {
	castBigIntToDouble: true,
	castTimestampToDate: true,
	castDecimalToDouble: true,
	castDurationToTime64: true
};

let opening;
let registering;
let searchPath = [];
const tables = new Map();
const registered = new Promise((resolve) => {
	registering = resolve;
});

async function bundle() {
	if ((await getPlatformFeatures()).wasmExceptions) {
		return {
			module: (await import('@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url')).default,
			Worker: (await import('@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?worker')).default
		};
	}
	return {
		module: (await import('@duckdb/duckdb-wasm/dist/duckdb-mvp.wasm?url')).default,
		Worker: (await import('@duckdb/duckdb-wasm/dist/duckdb-browser-mvp.worker.js?worker')).default
	};
}

async function open() {
	const { module, Worker } = await bundle();
	const database = new AsyncDuckDB(new VoidLogger(), new Worker());
	await database.instantiate(module);
	await database.open({ query: CASTS });
	const connection = await database.connect();
	// An extension would be fetched from a server; without one a query fails at once and says why.
	await connection.query('set autoinstall_known_extensions = false');
	await connection.query('set ieee_floating_point_ops = false');
	await connection.query('set old_implicit_casting = true');
	await registered;
	for (const schema of searchPath) {
		await connection.query(`create schema if not exists "${schema}"`);
	}
	await connection.query(`pragma search_path = '${searchPath.join(',')}'`);
	return connection;
}

// Called by every page before any query: the database waits until there is one.
export async function initDB() {}

export async function updateSearchPath(schemas) {
	searchPath = schemas;
	registering();
}

// There are no files in the database: nothing to empty.
export async function emptyDbFs() {}

export async function setParquetURLs(urls, { addBasePath = (path) => path } = {}) {
	for (const [schema, files] of Object.entries(urls)) {
		for (const file of files) {
			const name = file.split(/[\\/]/).at(-1).replace(/\.parquet$/, '');
			const path = `/${file.replace(/^\//, '').replace(/^static\//, '')}`;
			tables.set(`${schema}.${name}`, { schema, name, url: addBasePath(path), filling: null });
		}
	}
}

async function fill(connection, { schema, name, url }) {
	const response = await fetch(url);
	if (!response.ok) throw new Error(`${url}: ${response.status}`);
	const bytes = new Uint8Array(await response.arrayBuffer());
	await connection.insertArrowFromIPCStream(bytes, { schema, name, create: true });
}

export async function query(sql) {
	opening ??= open();
	const connection = await opening;
	const words = new Set(sql.match(/\w+/g));
	for (const table of tables.values()) {
		if (words.has(table.name)) await (table.filling ??= fill(connection, table));
	}
	return arrowTableToJSON(await connection.query(sql));
}
