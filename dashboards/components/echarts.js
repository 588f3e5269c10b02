// The parts of ECharts that a trend needs.
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([
	CustomChart,
	LineChart,
	ScatterChart,
	GridComponent,
	MarkLineComponent,
	TooltipComponent,
	SVGRenderer
]);

export { init };
