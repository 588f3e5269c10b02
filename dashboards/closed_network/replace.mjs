// Replaces three files of @evidence-dev/universal-sql, which loads DuckDB's Parquet extension from a
// server, by files that hand tables over as Arrow and need no extension. Replaces only what it knows:
// the sha256 below is of the file that each of them was written against. That file is kept beside its
// replacement, so that a newer replacement can follow.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const packageFolder = process.argv[2] ?? join(here, '../node_modules/@evidence-dev/universal-sql');

const KNOWN = {
	'src/build-parquet.js': '7376c2878449348d9f3a26f16446fc24e391545714a6be3764634fc10f9d64de',
	'src/client-duckdb/browser.js':
		'ea0c7f043bac9582e8c933764c386972c1e57fc78ee05c077370a9a0d8b012c6',
	'src/client-duckdb/node.js': 'b1bbf1f5ae190acefe0f3ceb70d404b7798643523cc20cc4f4d5e24fbaffb471'
};

const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

const files = Object.entries(KNOWN).map(([name, known]) => ({
	name,
	known,
	ours: join(here, name.split('/').at(-1)),
	theirs: join(packageFolder, name),
	kept: join(packageFolder, `${name}.original`)
}));

// All are looked at before one is written: a package is replaced whole or not at all.
for (const { name, known, theirs, kept } of files) {
	if (!existsSync(theirs)) {
		console.error(`closed_network: ${theirs} does not exist. Run npm install in dashboards/ first.`);
		process.exit(2);
	}
	if (sha256(existsSync(kept) ? kept : theirs) !== known) {
		console.error(
			`closed_network: ${name} of @evidence-dev/universal-sql is not the one of version 3.0.1 that ` +
				'its replacement was written against. Install the versions that package.json pins ' +
				'(delete node_modules, run npm install); for another version read its source, adapt ' +
				'dashboards/closed_network and put the new sha256 into replace.mjs.'
		);
		process.exit(2);
	}
}
for (const { ours, theirs, kept } of files) {
	if (!existsSync(kept)) copyFileSync(theirs, kept);
	copyFileSync(ours, theirs);
}
