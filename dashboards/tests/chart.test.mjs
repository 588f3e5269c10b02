// What a trend draws: never two meanings in a line, never a period that has not ended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onAxis, option } from '../components/chart.js';

const PERIODS = ['01', '02', '03', '04', '05', '06'].map((month) => ({
	period_grain: 'month', period_start: `2026-${month}-01`, label: `2026-${month}`
}));

function trend(...changes) {
	const rows = changes.map((change, place) => ({
		period_grain: 'month', period_start: PERIODS[place].period_start, period_label: PERIODS[place].label,
		value: 0.5 + place / 100, ci_lower: 0.4, ci_upper: 0.6, sample_size: 100,
		is_complete: true, is_mature: true, trend_segment: 0, ...change
	}));
	return option({
		...onAxis(rows.filter((row) => !row.isMissing), PERIODS),
		format: 'percent', target: null, theme: 'light', isSmall: false
	});
}

const lines = (drawn) => drawn.series.filter((one) => one.type === 'line' && one.data.length);
const places = (line) => line.data.flatMap((value, place) => (value === null ? [] : [place]));

test('a line is broken where the definition changes', () => {
	const drawn = trend({}, {}, { trend_segment: 1, change_label: 'v2' }, { trend_segment: 1 });
	assert.deepEqual(lines(drawn).map(places), [[0, 1], [2, 3]]);
	const marks = drawn.series.find((one) => one.name === 'definition changed');
	assert.deepEqual(marks.data.map(([place]) => place), [2]);
});

test('a period that is not complete is beside the line', () => {
	const drawn = trend({}, {}, { is_complete: false, is_mature: false, value: 0.01 });
	assert.deepEqual(lines(drawn).map(places), [[0, 1]]);
	const open = drawn.series.find((one) => one.type === 'scatter');
	assert.deepEqual(open.data, [[2, 0.01]]);
});

test('periods that are not mature are a line of their own, grey and dashed, that begins at the last mature one', () => {
	const drawn = trend({}, {}, { is_mature: false });
	const [ripe, rest] = lines(drawn);
	assert.deepEqual([places(ripe), places(rest)], [[0, 1], [1, 2]]);
	assert.equal(rest.lineStyle.type, 'dashed');
	assert.notEqual(rest.lineStyle.color, ripe.lineStyle.color);
});

test('a change of definition at the first period that is not mature joins nothing', () => {
	const drawn = trend({}, {}, { is_mature: false, trend_segment: 1 });
	assert.deepEqual(lines(drawn).map(places), [[0, 1], [2]]);
});

test('a period without a row or a value leaves a gap', () => {
	const drawn = trend({}, { isMissing: true }, {}, { value: null }, {});
	assert.deepEqual(drawn.xAxis.data, ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05']);
	assert.deepEqual(lines(drawn).map(places), [[0], [2], [4]]);
});

test('an interval whose bound is not reached goes to the edge, and one without bounds is not drawn', () => {
	const drawn = trend({ ci_upper: null }, { ci_lower: null, ci_upper: null });
	const band = drawn.series.find((one) => one.name === '95 % interval');
	assert.equal(band.data.length, 1);
	const { min, max } = drawn.yAxis;
	const api = { coord: ([place, value]) => [100 * place, 1000 * (max - value)], size: () => [100] };
	const { shape } = band.renderItem({ dataIndex: 0 }, api);
	assert.equal(shape.y, 0);
	assert.ok(Math.abs(shape.height - 1000 * (max - 0.4)) < 1e-6 && min <= 0.4);
});

test('the axis begins at 0, or at a round number far above it, and a share ends at 100 %', () => {
	const band = { ci_lower: null, ci_upper: null };
	assert.equal(trend({ value: 0.4, ...band }, { value: 0.9, ...band }).yAxis.min, 0);
	assert.equal(trend({ value: 0.92, ...band }, { value: 0.98, ...band }).yAxis.min, 0.92);
	const { min, max } = trend({ value: 1, ...band }, { value: 1, ...band }).yAxis;
	assert.equal(max, 1);
	assert.ok(min < 1);
});

test('a name in a tooltip is text', () => {
	const drawn = trend({ period_label: '<img src=x>' });
	const said = drawn.tooltip.formatter([{ dataIndex: 0 }]);
	assert.ok(!said.includes('<img'));
});
