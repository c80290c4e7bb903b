// A trend: drawn by uPlot, and as a table for whoever cannot see it.

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Trend } from '../api/types';
import { usePreferences } from '../app/preferences';
import { t } from '../texts';
import { unitOf } from '../ui/vitals';

const HEIGHT = 240;

const HOURS = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

function clock(seconds: number): string {
  return HOURS.format(seconds * 1_000);
}

/** The newest values with the range between lowest and highest of each point. */
export function TrendChart({ trend, name }: { trend: Trend; name: string }) {
  const box = useRef<HTMLDivElement>(null);
  const { theme } = usePreferences();
  useEffect(() => {
    const at = box.current;
    if (!at) return;
    const colour = (property: string) => getComputedStyle(document.documentElement).getPropertyValue(property).trim();
    const [line, grid, ink, soft] = [colour('--accent'), colour('--line'), colour('--faint'), colour('--accent-soft')];
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: '12px ui-sans-serif, system-ui, sans-serif' };
    const data: uPlot.AlignedData = [
      trend.points.map((point) => Date.parse(point.at) / 1_000),
      trend.points.map((point) => point.min),
      trend.points.map((point) => point.max),
      trend.points.map((point) => point.mean),
    ];
    const chart = new uPlot({
      width: at.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false },
      axes: [{ ...axis, values: (_chart, splits) => splits.map(clock) }, { ...axis, label: unitOf(trend.unit), labelFont: axis.font, size: 55 }],
      series: [
        {},
        { stroke: 'transparent', points: { show: false } },
        { stroke: 'transparent', points: { show: false } },
        { label: name, stroke: line, width: 1.75, points: { show: trend.points.length < 40, size: 5, fill: line } },
      ],
      bands: [{ series: [2, 1], fill: soft }],
    }, data, at);
    const resize = new ResizeObserver(() => chart.setSize({ width: at.clientWidth, height: HEIGHT }));
    resize.observe(at);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, [trend, theme]);
  return <div class="chart" ref={box} role="img" aria-label={t.bed.chartLabel(name, trend.points.length)} />;
}
