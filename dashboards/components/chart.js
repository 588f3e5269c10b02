// What a trend shows, as an ECharts option. One rule for all charts:
// a line for each segment, so that two meanings are never joined; the 95 % band behind it; periods
// that are not mature grey and dashed; a period that is not complete as an open point beside the
// line; a mark where the definition changed; the target as a dashed line.
import { figure, interval, isNull, withUnit } from './format.js';

const COLOURS = {
	light: {
		ink: '#374151', faint: '#e5e7eb', line: '#0b5cad', band: 'rgba(11, 92, 173, 0.16)',
		grey: '#6b7280', greyBand: 'rgba(107, 114, 128, 0.16)', shade: 'rgba(107, 114, 128, 0.10)',
		target: '#9a3412', mark: '#6d28d9', paper: '#ffffff'
	},
	dark: {
		ink: '#d1d5db', faint: '#374151', line: '#7cc0ff', band: 'rgba(124, 192, 255, 0.20)',
		grey: '#a3aab6', greyBand: 'rgba(163, 170, 182, 0.18)', shade: 'rgba(163, 170, 182, 0.12)',
		target: '#fdba74', mark: '#c4b5fd', paper: '#0f1420'
	}
};

// Places on the axis that follow one another and share a segment and a state.
function runs(points, isIn) {
	const found = [];
	let run = null;
	for (const point of points) {
		const fits = point && isIn(point);
		if (fits && run && run.segment === point.trend_segment) run.points.push(point);
		else if (fits) found.push((run = { segment: point.trend_segment, points: [point] }));
		if (!fits) run = null;
	}
	return found;
}

// Where the value axis begins and ends: at 0, but for a share that lies far above it.
function extent(points, format, target) {
	const values = points.map((one) => one.value).filter((one) => !isNull(one));
	if (!isNull(target)) values.push(target);
	if (!values.length) return { min: 0, max: 1, step: 0.25 };
	const top = Math.max(...values);
	const bottom = Math.min(...values);
	const spread = Math.max(top - bottom, Math.abs(top) * 0.02, 1e-9);
	// A bound of a tiny sample would flatten everything else: the band is cut there.
	const bounds = points
		.filter((one) => one.is_complete)
		.flatMap((one) => [one.ci_lower, one.ci_upper])
		.filter((one) => !isNull(one));
	const reaches = points
		.flatMap((one) => [one.ci_lower, one.ci_upper].map((end) => [one.value, end]))
		.filter((ends) => !ends.some(isNull))
		.map(([value, end]) => Math.abs(end - value))
		.sort((a, b) => a - b);
	const room = Math.max(1.5 * spread, 3 * (reaches[Math.floor(reaches.length / 2)] ?? 0));
	const high = Math.max(top, Math.min(Math.max(top, ...bounds), top + room));
	let low = Math.min(bottom, Math.max(Math.min(bottom, ...bounds), bottom - room));
	if (low >= 0 && (format !== 'percent' || low < 0.5 * high)) low = 0;
	const isShare = format === 'percent' && values.every((one) => one <= 1);
	return rounded(low, high, isShare ? 1 : Infinity, format === 'count' ? 1 : 0);
}

// Ends of an axis at round numbers, and the step between its lines.
function rounded(low, high, most, least) {
	const span = high - low || Math.abs(high) || 1;
	const size = 10 ** Math.floor(Math.log10(span / 4));
	const fitting = size * [1, 2, 2.5, 5, 10].find((one) => one * size * 4 >= span * 0.999);
	const step = Math.max(fitting, least);
	const min = Math.floor(low / step + 1e-9) * step;
	const max = Math.min(Math.ceil(high / step - 1e-9) * step, most);
	if (max > min) return { min, max, step };
	return most === max ? { min: max - step, max, step } : { min, max: min + step, step };
}

export function describe(row, format) {
	const bounds = interval(row, format);
	const state = row.is_complete
		? row.is_mature
			? ''
			: ', not mature yet'
		: ', so far: the period is not complete';
	return `${withUnit(row.value, format)}${bounds ? ` (${bounds})` : ''}, n = ${row.sample_size ?? '?'}${state}`;
}

export function option({ points, labels, format, target, theme, isSmall }) {
	const colour = COLOURS[theme];
	const placed = points.filter(Boolean);
	const { min, max, step } = extent(placed, format, target);
	const clipped = (value) => Math.min(Math.max(value, min), max);
	const complete = (one) => one.is_complete && !isNull(one.value);
	const hasBand = (one) => complete(one) && !(isNull(one.ci_lower) && isNull(one.ci_upper));
	// A bound that is not reached: the interval has no end there, and the band goes to the edge.
	const ENDS = { ci_lower: min, ci_upper: max };
	const end = (one, bound) => (isNull(one[bound]) ? ENDS[bound] : clipped(one[bound]));
	const series = [];

	const custom = (name, data, renderItem, z) =>
		series.push({ type: 'custom', name, data, renderItem, z, silent: true, animation: false });
	const half = (api) => api.size([1, 0])[0] / 2;

	const unripe = placed.filter((one) => !one.is_mature);
	if (unripe.length) {
		const from = Math.min(...unripe.map((one) => one.place));
		const to = Math.max(...unripe.map((one) => one.place));
		custom('not mature', [[from, min, to]], (_, api) => {
			const [left, bottom] = api.coord([from, min]);
			const [right, top] = api.coord([to, max]);
			return {
				type: 'rect',
				shape: {
					x: left - half(api), y: top,
					width: right - left + 2 * half(api), height: bottom - top
				},
				style: { fill: colour.shade }
			};
		}, 0);
	}

	const bands = runs(points, hasBand);
	if (bands.length) {
		custom('95 % interval', bands.map((run) => [run.points[0].place, min]), (params, api) => {
			const run = bands[params.dataIndex].points;
			const at = (one, bound) => api.coord([one.place, end(one, bound)]);
			const fill = run.every((one) => one.is_mature) ? colour.band : colour.greyBand;
			if (run.length === 1) {
				const [x, top] = at(run[0], 'ci_upper');
				const [, bottom] = at(run[0], 'ci_lower');
				const width = Math.min(10, half(api) * 1.2);
				return {
					type: 'rect',
					shape: { x: x - width / 2, y: top, width, height: bottom - top },
					style: { fill }
				};
			}
			return {
				type: 'polygon',
				shape: {
					points: [
						...run.map((one) => at(one, 'ci_upper')),
						...run.map((one) => at(one, 'ci_lower')).reverse()
					]
				},
				style: { fill: colour.band }
			};
		}, 1);
	}

	// An empty place keeps the ends of a run apart; dashed and grey where it is not mature.
	const along = (run) => {
		const data = labels.map(() => null);
		for (const one of run) data[one.place] = one.value;
		return data;
	};
	for (const run of runs(points, complete)) {
		const ripe = run.points.filter((one) => one.is_mature);
		const rest = run.points.filter((one) => !one.is_mature);
		const dots = isSmall ? run.points.length === 1 : run.points.length <= 60;
		if (ripe.length) {
			series.push({
				type: 'line', name: 'value', data: along(ripe), z: 3, animation: false,
				symbol: 'circle', symbolSize: isSmall ? 4 : 5, showSymbol: dots || ripe.length === 1,
				showAllSymbol: true,
				lineStyle: { color: colour.line, width: isSmall ? 1.5 : 2 },
				itemStyle: { color: colour.line }
			});
		}
		if (rest.length) {
			const joined = ripe.length ? [ripe.at(-1), ...rest] : rest;
			series.push({
				type: 'line', name: 'not mature', data: along(joined), z: 2, animation: false,
				symbol: 'emptyCircle', symbolSize: isSmall ? 4 : 6, showAllSymbol: true,
				showSymbol: run.points.length <= 60 || rest.length === 1,
				lineStyle: { color: colour.grey, width: isSmall ? 1.5 : 2, type: 'dashed' },
				itemStyle: { color: colour.grey }
			});
		}
	}

	const partial = placed.filter((one) => !one.is_complete && !isNull(one.value));
	if (partial.length) {
		series.push({
			type: 'scatter', name: 'so far', z: 4, animation: false, symbol: 'emptyDiamond', symbolSize: isSmall ? 6 : 9,
			data: partial.map((one) => [one.place, clipped(one.value)]),
			itemStyle: { color: colour.grey },
			label: {
				show: !isSmall, formatter: 'so far', position: 'left', distance: 6,
				color: colour.ink, fontSize: 11, backgroundColor: colour.paper, padding: [0, 3]
			}
		});
	}

	const changes = placed.filter((one) => one.change_label);
	if (changes.length) {
		custom('definition changed', changes.map((one) => [one.place, max]), (params, api) => {
			const one = changes[params.dataIndex];
			const [middle, top] = api.coord([one.place, max]);
			const bottom = api.coord([one.place, min])[1];
			const x = middle - half(api);
			const box = params.coordSys;
			const isRight = x > box.x + box.width * 0.7;
			return {
				type: 'group',
				children: [
					{
						type: 'line',
						shape: { x1: x, y1: top - (isSmall ? 0 : 12), x2: x, y2: bottom },
						style: { stroke: colour.mark, lineWidth: 1.5, lineDash: [2, 3] }
					},
					{
						type: 'text',
						style: {
							text: isSmall ? '' : one.change_label, fill: colour.mark, fontSize: 11,
							fontWeight: 600, x: isRight ? x - 4 : x + 4, y: top - 14,
							align: isRight ? 'right' : 'left', verticalAlign: 'top'
						}
					}
				]
			};
		}, 5);
	}

	if (!isNull(target)) {
		series.push({
			type: 'line', name: 'target', data: [], z: 2, animation: false,
			markLine: {
				silent: true, symbol: 'none', animation: false,
				data: [{ yAxis: target }],
				lineStyle: { color: colour.target, type: 'dashed', width: 1.5 },
				label: { show: false }
			}
		});
	}

	return {
		aria: { enabled: false },
		animation: false,
		textStyle: { fontFamily: 'inherit' },
		grid: {
			left: isSmall ? 4 : 12, right: isSmall ? 8 : 30, top: isSmall ? 6 : 26, bottom: 2, containLabel: true
		},
		xAxis: {
			type: 'category', data: labels, boundaryGap: true,
			axisTick: { show: false },
			axisLine: { onZero: false, lineStyle: { color: colour.grey } },
			axisLabel: {
				color: colour.ink, fontSize: 11, hideOverlap: true, alignMinLabel: 'left',
				// A small chart has room for the first and the last.
				...(isSmall && labels.length > 1 && {
					interval: (place) => place === 0 || place === labels.length - 1,
					alignMaxLabel: 'right'
				})
			}
		},
		yAxis: {
			type: 'value', min, max, interval: isSmall ? (max - min) / 2 : step,
			axisLabel: {
				color: colour.ink, fontSize: 11, showMinLabel: true, showMaxLabel: true,
				formatter: (value) => axisFigure(value, format, max - min)
			},
			splitLine: { lineStyle: { color: colour.faint } }
		},
		tooltip: {
			trigger: 'axis', confine: true, renderMode: 'html',
			backgroundColor: colour.paper, borderColor: colour.grey,
			textStyle: { color: colour.ink, fontSize: 12 },
			formatter: (hits) => {
				const one = points[hits[0]?.dataIndex ?? -1] ?? placed.find(
					(point) => labels[point.place] === hits[0]?.axisValue
				);
				if (!one) return '';
				const lines = [`<b>${escaped(one.period_label)}</b>`, escaped(describe(one, format))];
				if (one.change_text) lines.push(`<i>${escaped(one.change_label)}</i>`);
				return lines.join('<br>');
			}
		},
		series
	};
}

function axisFigure(value, format, span) {
	if (format === 'percent') return `${String(Number((100 * value).toFixed(span >= 0.02 ? 1 : 3)))} %`;
	// The lines lie at round numbers: as many digits as these need, and no more.
	return Math.abs(value) < 1e5 ? String(Number(value.toPrecision(6))) : figure(value, format);
}

function escaped(text) {
	return String(text ?? '').replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}

// The points of a series by their place on an axis that has every period between its ends.
export function onAxis(rows, periods) {
	const ordered = [...rows].sort((a, b) => +new Date(a.period_start) - +new Date(b.period_start));
	if (!ordered.length) return { labels: [], points: [] };
	const first = +new Date(ordered[0].period_start);
	const last = +new Date(ordered.at(-1).period_start);
	const axis = periods
		.filter(
			(one) =>
				one.period_grain === ordered[0].period_grain &&
				+new Date(one.period_start) >= first &&
				+new Date(one.period_start) <= last
		)
		.sort((a, b) => +new Date(a.period_start) - +new Date(b.period_start));
	const at = new Map(axis.map((one, place) => [+new Date(one.period_start), place]));
	const labels = axis.map((one) => one.label);
	const points = labels.map(() => null);
	for (const row of ordered) {
		const place = at.get(+new Date(row.period_start));
		points[place] = { ...row, place };
	}
	return { labels, points };
}
