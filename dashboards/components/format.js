// Numbers as the scorecard's page shows them (src/trustmetrics/scorecard/figures.py, register/units.py):
// a reader who compares the two must see the same characters. A test holds this file against that one.

const SCALES = [
	[1e12, 'T'],
	[1e9, 'B'],
	[1e6, 'M'],
	[1e5, 'k']
];
const MARKS = {
	percent: ' %',
	hours: ' h',
	per_hundred: '/100',
	per_thousand: '/1k',
	per_ten_thousand: '/10k',
	per_hundred_thousand: '/100k',
	per_million: '/1M',
	per_billion: '/1B'
};

export const NOT_REACHED = 'not yet';

// Python rounds an exact half to the even digit, toFixed upwards.
function fixed(value, digits) {
	const [whole, decimals] = Math.abs(value).toFixed(60).split('.');
	const isTie = /^50*$/.test(decimals.slice(digits));
	const kept = whole + decimals.slice(0, digits);
	const isEven = Number(kept.at(-1)) % 2 === 0;
	let text = Math.abs(value).toFixed(digits);
	if (isTie && isEven) text = digits ? `${whole}.${decimals.slice(0, digits)}` : whole;
	return (value < 0 || Object.is(value, -0) ? '-' : '') + text;
}

function grouped(text) {
	const [whole, decimals] = text.split('.');
	const commas = whole.replace(/\B(?=(\d{3})+$)/g, ',');
	return decimals === undefined ? commas : `${commas}.${decimals}`;
}

export function number(value) {
	const size = Math.abs(value);
	for (const [scale, letter] of SCALES) {
		if (size >= scale * 0.99999) {
			const unit = letter === 'k' ? 1e3 : scale;
			const digits = size >= 10 * unit ? 0 : 1;
			return grouped(fixed(value / unit, digits)) + letter;
		}
	}
	if (size >= 99.95) return grouped(fixed(value, 0));
	if (size >= 9.995) return fixed(value, 1);
	if (size === 0) return '0';
	if (size >= 0.0995) return fixed(value, 2);
	if (size >= 0.00095) return String(Number(fixed(value, 1 - Math.floor(Math.log10(size)))));
	return value.toExponential(0).replace(/e([+-])(\d)$/, 'e$10$2');
}

export function percent(share) {
	const value = 100 * share;
	if (value === 0 || Math.abs(value) >= 999.5) return number(value);
	const size = Math.abs(value);
	const isFine = size < 0.995 || (size >= 99.5 && size < 100);
	const shown = fixed(value, isFine ? 2 : 1);
	if (shown === '100.00' && value < 100) return '>99.99';
	if (shown === '0.00' || shown === '-0.00') return value > 0 ? '<0.01' : '>-0.01';
	return value === 100 ? '100' : shown;
}

export function figure(value, format) {
	if (value === null || value === undefined) return NOT_REACHED;
	if (format === 'percent') return percent(value);
	if (format === 'count' && Math.abs(value) < 1e5) return grouped(fixed(value, 0));
	return number(value);
}

export function withUnit(value, format) {
	const written = figure(value, format);
	return written === NOT_REACHED ? written : written + (MARKS[format] ?? '');
}

export function interval(row, format, dash = ' to ') {
	if (isNull(row.ci_lower) && isNull(row.ci_upper)) return '';
	const bound = (value) => (isNull(value) ? '?' : figure(value, format));
	return bound(row.ci_lower) + dash + bound(row.ci_upper);
}

function signed(value) {
	const plus = value > 0 ? '+' : '';
	if (Math.abs(value) >= 999.5) return plus + number(value);
	if (value === 0) return '0';
	if (Math.abs(value) < 0.05) return '0.0';
	return plus + fixed(value, Math.abs(value) >= 99.95 ? 0 : 1);
}

// How a row moved on the period before; ? where that may be chance.
export function change(row, format) {
	if (isNull(row.change_on_previous)) return '';
	if (row.definition_changed) return 'redefined';
	const relative = row.relative_change_on_previous;
	let shown;
	if (row.target_kind !== 'relative_change' && format === 'percent') {
		shown = `${signed(100 * row.change_on_previous)} pt`;
	} else if (isNull(relative)) {
		shown = signed(row.change_on_previous);
	} else if (relative >= 9.995) {
		shown = `x${number(1 + relative)}`;
	} else {
		shown = `${signed(100 * relative)} %`;
	}
	return shown + (mayBeChance(row) ? '?' : '');
}

// What is held against a target, with its interval: a change beside the value where the target is one.
export function standingOf(row, format) {
	if (!['change', 'relative_change'].includes(row.target_kind)) {
		const said = interval(row, format);
		return { value: withUnit(row.value, format), bounds: said ? ` (${said})` : '' };
	}
	const isKnown = !isNull(row.change_lower) && !isNull(row.change_upper);
	const bounds = [row.change_lower, row.change_upper].map((one) => signed(100 * one)).join(' to ');
	const isShown = isKnown && (row.target_kind === 'relative_change' || format === 'percent');
	return {
		value: `${withUnit(row.value, format)}, ${change(row, format).replace(/\?$/, '')}`,
		bounds: isShown ? ` (${bounds})` : ''
	};
}

function mayBeChance(row) {
	if (isNull(row.change_lower) && isNull(row.change_upper)) {
		return !isNull(row.ci_lower) || !isNull(row.ci_upper);
	}
	return (
		(isNull(row.change_lower) || row.change_lower <= 0) &&
		(isNull(row.change_upper) || row.change_upper >= 0)
	);
}

export function day(value) {
	return isNull(value) ? '' : new Date(value).toISOString().slice(0, 10);
}

export function minute(value) {
	return isNull(value) ? '' : `${new Date(value).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function count(value) {
	return isNull(value) ? '' : grouped(String(value));
}

const SIGNS = { '<=': '≤', '>=': '≥' };

// What a row should be. A guardrail has no text in the marts: each experiment has its own.
export function target(row, format) {
	if (row.target_text) return row.target_text;
	if (isNull(row.target_value) || isNull(row.comparator)) return '';
	const value = (format === 'percent' ? 100 : 1) * row.target_value;
	const figures = grouped(String(Number(value.toPrecision(10))));
	return `${SIGNS[row.comparator] ?? row.comparator} ${figures}${MARKS[format] ?? ''}`;
}

export function words(name) {
	return String(name ?? '').replaceAll('_', ' ');
}

export function isNull(value) {
	return value === null || value === undefined;
}
