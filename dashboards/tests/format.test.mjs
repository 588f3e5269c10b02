// The site and the scorecard's page write a number with the same characters.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change, interval, target, withUnit } from '../components/format.js';
import { python } from './mart.mjs';

const FORMATS = [
	'percent', 'hours', 'count', 'per_hundred', 'per_thousand', 'per_ten_thousand',
	'per_hundred_thousand', 'per_million', 'per_billion', 'number'
];

// Edges of every branch, exact halves, and a spread of sizes.
const VALUES = [
	0, 1, -1, 0.5, 0.0625, 0.065, 0.125, 2.5, 3.5, 0.99995, 0.999951, 1.00001, 9.995, 9.994, 99.95,
	99.94, 999.5, 0.00095, 0.00094, 0.0000321, 0.0995, 0.0994, 12345, 99999, 99999.4, 100000, 123456,
	1234567, 9.9999e8, 1e9, 2.5e12, 0.000031, 0.00004, -0.00004, 62.5, 0.6225, 0.995, 0.9949
];
for (let exponent = -6; exponent < 8; exponent++) {
	for (const digits of [1.05, 1.25, 2.345, 4.5, 6.75, 9.949]) VALUES.push(digits * 10 ** exponent);
}

function asked(rows) {
	const code = `
import json, sys
from types import SimpleNamespace
from trustmetrics.register.units import target_words
from trustmetrics.scorecard import figures
lines = [SimpleNamespace(**row) for row in json.load(sys.stdin)]
print(json.dumps([[
    figures.with_unit(line.value, line.value_format),
    figures.interval(line, " to "),
    figures.change(line),
    target_words("guardrail", line.comparator, line.target_value, line.value_format),
] for line in lines]))`;
	return JSON.parse(python(['-c', code], JSON.stringify(rows)));
}

test('values, intervals, changes and guardrails are written as the scorecard writes them', () => {
	const rows = [];
	for (const value_format of FORMATS) {
		for (const [place, value] of VALUES.entries()) {
			const other = VALUES[(place + 7) % VALUES.length];
			rows.push({
				value_format, value, comparator: '>=',
				// A guardrail that somebody might choose.
				target_value: Math.abs(other) > 1e-4 && Math.abs(other) < 1e6 ? other : -0.05,
				ci_lower: place % 5 ? value * 0.9 : null,
				ci_upper: place % 3 ? value * 1.1 : null,
				change_on_previous: place % 11 ? other / 3 : null,
				relative_change_on_previous: place % 4 ? other : null,
				change_lower: place % 2 ? other / 4 : null,
				change_upper: place % 2 ? other : null,
				definition_changed: place % 13 === 0,
				target_kind: place % 6 ? 'level' : 'relative_change'
			});
		}
	}
	const expected = asked(rows);
	rows.forEach((row, place) => {
		const ours = [
			withUnit(row.value, row.value_format), interval(row, row.value_format),
			change(row, row.value_format), target(row, row.value_format)
		];
		assert.deepEqual(ours, expected[place], JSON.stringify(row));
	});
});

test('a value that is not reached is said in words', () => {
	assert.equal(withUnit(null, 'hours'), 'not yet');
});
