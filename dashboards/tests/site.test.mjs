// The built site in a headless browser, held against the database that it was built from.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { interval, minute, withUnit } from '../components/format.js';
import { mart, scorecard } from './mart.mjs';
import { serve } from './server.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = [
	'/', '/harm/', '/response/', '/detection/', '/decisions/', '/recurrence/', '/intake/', '/programme/',
	'/metrics/', '/metrics/detection_precision/', '/metrics/friction_conversion_change/',
	'/metrics/tooling_uptime/', '/any_number/', '/changes/', '/data_quality/'
];
const PHONE = { width: 390, height: 844 };
const WHOLE = "slice = 'overall' and is_latest_mature";

let site;
let browser;

before(async () => {
	site = await serve();
	browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
});

after(async () => {
	await browser?.close();
	site?.close();
});

// Opens a page and returns it with what went wrong in it so far.
async function opened(context, path, options = {}) {
	const scope = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
	context.after(() => scope.close());
	const page = await scope.newPage();
	const faults = [];
	page.on('console', (said) => said.type() === 'error' && faults.push(`console: ${said.text()}`));
	page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
	page.on('request', (asked) => {
		const { protocol, hostname } = new URL(asked.url());
		if (!['data:', 'blob:'].includes(protocol) && hostname !== '127.0.0.1') {
			faults.push(`foreign host: ${asked.url()}`);
		}
	});
	page.on('response', (got) => got.status() >= 400 && faults.push(`${got.status()}: ${got.url()}`));
	page.faults = faults;
	await page.goto(site.url + path, { waitUntil: 'networkidle' });
	return page;
}

const noFaults = (page) => assert.deepEqual(page.faults, []);
const squeezed = (text) => text.replace(/\s+/g, ' ').trim();
const textOf = async (page, selector) => squeezed(await page.locator(selector).first().innerText());

describe('every page', () => {
	for (const path of PAGES) {
		test(`${path} opens, says as of when, and asks no other host`, async (context) => {
			const page = await opened(context, path);
			const [{ as_of }] = await mart('select max(as_of) as as_of from marts.kpi_values');
			assert.equal(await page.locator('h1').count(), 1);
			assert.match(await textOf(page, '[data-as-of]'), new RegExp(`As of ${minute(as_of)}`));
			noFaults(page);
		});
	}

	test('all metrics have a page, with a link that leads there', async (context) => {
		const page = await opened(context, '/metrics/');
		const links = await page.locator('main dl a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
		const metrics = await mart('select metric from marts.dim_metrics');
		assert.deepEqual(links.sort(), metrics.map(({ metric }) => `/metrics/${metric}/`).sort());
		for (const link of links) assert.equal((await page.request.get(site.url + link)).status(), 200);
	});

	test('none loads the database before it is asked for a number that it has not', async (context) => {
		const page = await opened(context, '/');
		const asked = [];
		page.on('request', (one) => asked.push(one.url()));
		for (const path of ['/response/', '/metrics/detection_precision/', '/any_number/']) {
			await page.goto(site.url + path, { waitUntil: 'networkidle' });
		}
		assert.deepEqual(asked.filter((url) => /\.wasm|trends\.parquet/.test(url)), []);
	});
});

describe('the numbers', () => {
	for (const grain of ['month', 'quarter']) {
		test(`the overview by ${grain}: page, mart and scorecard say the same`, async (context) => {
			const page = await opened(context, `/?period=${grain}`);
			const rows = await mart(
				`select * from marts.kpi_trends where ${WHOLE} and period_grain = '${grain}'`
			);
			const lines = new Map(scorecard(grain).lines.map((line) => [line.metric, line]));
			assert.ok(rows.length > 15);
			for (const row of rows) {
				const cells = page.locator(`tr[data-metric="${row.metric}"] td`);
				const said = (await cells.allInnerTexts()).map(squeezed);
				assert.equal(said[0], row.period_label, row.metric);
				assert.equal(said[1], withUnit(row.value, row.value_format), row.metric);
				assert.equal(said[2], interval(row, row.value_format), row.metric);
				assert.equal(said[4], row.target_text ?? '', row.metric);
				assert.equal(said[5].replace(/^\S /, ''), row.status === 'no target' ? '' : row.status, row.metric);
				const line = lines.get(row.metric);
				assert.equal(line.value, row.value, row.metric);
				assert.equal(line.ci_lower, row.ci_lower, row.metric);
				assert.equal(line.status, row.status, row.metric);
			}
			noFaults(page);
		});
	}

	test('from the overview a link leads to the metric, and the number is the same', async (context) => {
		const page = await opened(context, '/');
		const line = page.locator('tr[data-metric="detection_precision"]');
		const value = squeezed(await line.locator('td').nth(1).innerText());
		await line.locator('a').click();
		await page.waitForURL('**/metrics/detection_precision/');
		const [row] = await mart(
			`select * from marts.kpi_trends where ${WHOLE} and metric = 'detection_precision' and period_grain = 'month'`
		);
		assert.equal(await textOf(page, '[data-view="outcome"] .tm-figure'), value);
		assert.equal(value, withUnit(row.value, row.value_format));
		assert.equal(await textOf(page, 'h1'), row.title);
		noFaults(page);
	});

	test('a filter by surface and week shows the mart\'s number of that slice', async (context) => {
		const page = await opened(context, '/response/');
		const slice = `metric = 'time_to_action_p90_hours' and period_grain = 'week' and slice = 'surface'`;
		const [{ slice_value, slice_label }] = await mart(
			`select slice_value, slice_label from marts.kpi_trends where ${slice} order by slice_rank, slice_value limit 1`
		);
		await page.selectOption('[data-choice="operational_period"]', 'week');
		await page.selectOption('[data-choice="operational_by"]', 'surface');
		await page.selectOption('[data-choice="operational_value"]', slice_value);
		const panel = page.locator('[data-panel="time_to_action_p90_hours"][data-view="operational"]');
		const rows = await mart(
			`select * from marts.kpi_trends where ${slice} and slice_value = '${slice_value}' order by period_start desc`
		);
		const title = squeezed(await panel.locator('figcaption').innerText());
		assert.ok(title.startsWith(`surface: ${slice_label} `), title);
		await panel.locator('summary').click();
		const shown = await panel.locator('tbody tr').evaluateAll((all) =>
			all.map((row) => [...row.children].map((cell) => cell.textContent.trim()))
		);
		assert.deepEqual(
			shown.map((cells) => cells.slice(0, 4)),
			rows.map((row) => [
				row.period_label, withUnit(row.value, row.value_format), interval(row, row.value_format),
				String(row.sample_size ?? '')
			])
		);
		noFaults(page);
	});

	test('any number: what SQL in the browser gives is what the mart has, without another host', async (context) => {
		const page = await opened(context, '/any_number/');
		await page.selectOption('[data-choice="metric"]', 'appeal_rate');
		await page.selectOption('[data-choice="period"]', 'quarter');
		await page.selectOption('[data-choice="slice"]', 'harm_type');
		const rows = await mart(
			"select * from marts.kpi_trends where metric = 'appeal_rate' and period_grain = 'quarter' " +
				"and slice = 'harm_type' order by period_start desc, slice_rank, slice_value"
		);
		assert.ok(rows.length > 5);
		await page.waitForFunction(
			(count) => document.querySelectorAll('[data-numbers] tbody tr').length === count,
			rows.length, { timeout: 60_000 }
		);
		const shown = await page.locator('[data-numbers] tbody tr').evaluateAll((all) =>
			all.map((row) => [...row.children].slice(0, 4).map((cell) => cell.textContent.trim()))
		);
		assert.deepEqual(
			shown,
			rows.map((row) => [
				row.period_label, row.slice_label, withUnit(row.value, row.value_format),
				interval(row, row.value_format)
			])
		);
		noFaults(page);
	});

	test('what is not measured says so with its reason, and draws nothing', async (context) => {
		const missing = await mart('select * from marts.dim_metrics where not is_measured');
		assert.ok(missing.length, 'the database has no metric that is not measured');
		const overview = await opened(context, '/');
		const said = await textOf(overview, '[data-not-measured]');
		for (const one of missing) assert.ok(said.includes(one.not_measured_reason), one.metric);
		const page = await opened(context, `/metrics/${missing[0].metric}/`);
		assert.ok((await textOf(page, '[data-not-measured]')).includes(missing[0].not_measured_reason));
		assert.equal(await page.locator('.tm-chart').count(), 0);
		noFaults(page);
	});

	test('rejected rows and failed checks are those of the marts', async (context) => {
		const page = await opened(context, '/data_quality/');
		const [{ rejected }] = await mart('select sum(rejected_row_count)::integer as rejected from marts.data_quality');
		assert.equal(await textOf(page, '[data-rejected]'), rejected.toLocaleString('en-US'));
		const failed = await mart('select sentence from marts.data_checks where success = false and run_at = (select max(run_at) from marts.data_checks)');
		const said = (await page.locator('[data-failed] li').allInnerTexts()).map(squeezed);
		assert.equal(said.length, failed.length);
		for (const { sentence } of failed) {
			assert.ok(said.some((one) => one.includes(squeezed(sentence))), sentence);
		}
	});

	test('a download has the rows of the page, raw', async (context) => {
		const page = await opened(context, '/metrics/detection_precision/');
		const [download] = await Promise.all([
			page.waitForEvent('download'),
			page.getByRole('button', { name: /^Download/ }).click()
		]);
		const [{ rows, total, last }] = await mart(
			"select count(*)::integer as rows, sum(value) as total, max(period_start)::varchar as last from marts.kpi_trends where metric = 'detection_precision'"
		);
		const [saved] = await mart(
			"select count(*)::integer as rows, sum(value) as total, max(period_start)::varchar as last " +
				`from read_csv('${await download.path()}', header = true)`
		);
		assert.equal(saved.rows, rows);
		assert.ok(Math.abs(saved.total - total) < 1e-9 * total);
		assert.equal(saved.last, last);
	});
});

describe('a trend', () => {
	test('a change of definition is marked on the line, and said in full beside it', async (context) => {
		const [{ metric, change_label, change_text }] = await mart(
			"select * from marts.kpi_trends where change_label is not null and slice = 'overall' limit 1"
		);
		const page = await opened(context, `/metrics/${metric}/`);
		assert.ok((await textOf(page, '.tm-change')).includes(change_text));
		const chart = page.locator('[data-view="outcome"] .tm-chart').first();
		await chart.locator('svg').waitFor();
		assert.ok((await chart.locator('svg text').allTextContents()).includes(change_label));
		// The line is in two: what is drawn in the line's colour without a fill.
		const strokes = await chart.locator('svg path[fill="none"][stroke="#0b5cad"]').count();
		assert.equal(strokes, 2);
		assert.match(await chart.getAttribute('aria-label'), /Definition changed at 2025-12/);
	});

	test('a choice stays in the address', async (context) => {
		const page = await opened(context, '/detection/');
		await page.selectOption('[data-choice="outcome_period"]', 'quarter');
		assert.match(page.url(), /outcome_period=quarter/);
		await page.reload({ waitUntil: 'networkidle' });
		assert.equal(await page.inputValue('[data-choice="outcome_period"]'), 'quarter');
		noFaults(page);
	});
});

describe('for everyone', () => {
	for (const colorScheme of ['light', 'dark']) {
		test(`no serious finding of axe, ${colorScheme}`, async (context) => {
			for (const path of PAGES) {
				const page = await opened(context, path, { colorScheme });
				await page.evaluate(AXE);
				const { violations } = await page.evaluate(() => window.axe.run());
				const grave = violations
					.filter((one) => ['serious', 'critical'].includes(one.impact))
					.map((one) => `${path} ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html).join(' | ')}`);
				assert.deepEqual(grave, []);
				await page.context().close();
			}
		});
	}

	test('dark where the reader\'s system is, and by the button, which is remembered', async (context) => {
		const page = await opened(context, '/', { colorScheme: 'dark' });
		const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		assert.equal(await paper(), 'rgb(15, 20, 32)');
		await page.getByRole('button', { name: 'Light colours' }).click();
		assert.equal(await paper(), 'rgb(255, 255, 255)');
		await page.reload({ waitUntil: 'networkidle' });
		assert.equal(await paper(), 'rgb(255, 255, 255)');
	});

	test('on a phone no page has to be scrolled sideways', async (context) => {
		for (const path of PAGES) {
			const page = await opened(context, path, { viewport: PHONE });
			const over = await page.evaluate(
				() => document.documentElement.scrollWidth - document.documentElement.clientWidth
			);
			assert.equal(over, 0, path);
			await page.context().close();
		}
	});

	test('by keyboard: past the menu, to a choice, to the numbers of a chart', async (context) => {
		const page = await opened(context, '/detection/');
		const focused = () => page.evaluate(() => document.activeElement.outerHTML.slice(0, 200));
		await page.keyboard.press('Tab');
		assert.match(await focused(), /Skip to the page/);
		await page.keyboard.press('Enter');
		await page.keyboard.press('Tab');
		assert.match(await focused(), /data-choice="outcome_period"/);
		await page.keyboard.press('ArrowDown');
		assert.equal(await page.inputValue('[data-choice="outcome_period"]'), 'quarter');
		for (let step = 0; step < 20 && !(await focused()).startsWith('<summary'); step++) {
			await page.keyboard.press('Tab');
		}
		await page.keyboard.press('Enter');
		assert.ok(await page.locator('details.tm-numbers').first().evaluate((one) => one.open));
		assert.ok(await page.locator('details.tm-numbers td').first().isVisible());
	});

	test('print: every chart is on the paper, light, without the menu', async (context) => {
		const page = await opened(context, '/harm/', { colorScheme: 'dark' });
		await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
		await page.emulateMedia({ media: 'print' });
		await page.waitForFunction(() =>
			[...document.querySelectorAll('.tm-chart')].every((one) => one.querySelector('svg'))
		);
		const sizes = await page.locator('.tm-chart').evaluateAll((all) =>
			all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => [width, height])
		);
		assert.ok(sizes.length > 5);
		for (const [width, height] of sizes) assert.ok(width > 200 && height > 60, `${width} x ${height}`);
		assert.equal(await page.locator('nav').isVisible(), false);
		assert.equal(await page.locator('html').getAttribute('data-theme'), 'light');
	});
});
