// The replacement takes what it knows, twice as well as once, and refuses anything else whole.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const HERE = dirname(fileURLToPath(import.meta.url));
const OURS = join(HERE, '../closed_network');
const INSTALLED = join(HERE, '../node_modules/@evidence-dev/universal-sql');
const FILES = ['src/build-parquet.js', 'src/client-duckdb/browser.js', 'src/client-duckdb/node.js'];

function fresh(context) {
	const folder = mkdtempSync(join(tmpdir(), 'replace-'));
	context.after(() => rmSync(folder, { recursive: true }));
	cpSync(join(INSTALLED, 'src'), join(folder, 'src'), { recursive: true });
	for (const file of FILES) {
		cpSync(join(folder, `${file}.original`), join(folder, file));
		rmSync(join(folder, `${file}.original`));
	}
	return folder;
}

const replace = (folder) =>
	spawnSync('node', [join(OURS, 'replace.mjs'), folder], { encoding: 'utf8' });
const read = (...parts) => readFileSync(join(...parts), 'utf8');

test('the known version is replaced, again and again', (context) => {
	const folder = fresh(context);
	for (let time = 0; time < 2; time++) {
		assert.equal(replace(folder).status, 0);
		for (const file of FILES) assert.equal(read(folder, file), read(OURS, file.split('/').at(-1)));
	}
});

test('one unknown file: nothing is replaced, and the message names it', (context) => {
	const folder = fresh(context);
	appendFileSync(join(folder, FILES[2]), '\n');
	const before = FILES.map((file) => read(folder, file));
	const { status, stderr } = replace(folder);
	assert.equal(status, 2);
	assert.match(stderr, /client-duckdb\/node\.js .* is not the one of version 3\.0\.1/);
	assert.deepEqual(FILES.map((file) => read(folder, file)), before);
	assert.ok(!existsSync(join(folder, `${FILES[0]}.original`)));
});

test('nothing installed: says to install', () => {
	const { status, stderr } = replace('/nowhere');
	assert.equal(status, 2);
	assert.match(stderr, /npm install/);
});
