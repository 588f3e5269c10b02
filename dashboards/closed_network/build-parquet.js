// What `evidence sources` writes of a table: an Arrow IPC stream instead of a Parquet file. Its name
// still ends in .parquet, for that name is given by the caller.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	Bool,
	Dictionary,
	Float64,
	Int32,
	Table,
	TimestampMillisecond,
	Utf8,
	tableToIPC,
	vectorFromArray
} from 'apache-arrow';

const ARROW_TYPES = {
	number: () => new Float64(),
	boolean: () => new Bool(),
	date: () => new TimestampMillisecond(),
	// Names and labels repeat in every row. A stream without rows has no dictionary to refer to.
	string: (rows) => (rows.length ? new Dictionary(new Utf8(), new Int32()) : new Utf8())
};

async function collected(data) {
	const batches = await (typeof data === 'function' ? data() : data);
	if (Array.isArray(batches)) return batches.flat();
	const rows = [];
	for await (const batch of batches) rows.push(...[batch].flat());
	return rows;
}

export async function buildMultipartParquet(columns, data, _scratch, folder, filename) {
	const rows = await collected(data);
	const vectors = columns.map(({ name, evidenceType }) => {
		const type = ARROW_TYPES[evidenceType];
		if (!type) throw new Error(`Column ${name}: the type ${evidenceType} is not known.`);
		return [name, vectorFromArray(rows.map((row) => row[name] ?? null), type(rows))];
	});
	await mkdir(folder, { recursive: true });
	await writeFile(
		join(folder, filename),
		tableToIPC(new Table(Object.fromEntries(vectors)), 'stream')
	);
	return rows.length;
}
