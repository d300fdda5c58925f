// Charts from the JSON beside them, in the colours of the page. Tooltips are drawn on the canvas, since the policy forbids inline
// styles; the finding is the label and the same numbers stand in a table.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

const css = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();
const TONES = { ok: "--ok", warn: "--warn-fill", late: "--late", strong: "--tint-1", weak: "--tint-3", plain: "--tint-2" };
const live = new Map();

function option(element, chart) {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8125;
  const quiet = css(element, "--ink-2");
  const label = { color: quiet, fontSize: size, fontFamily: css(element, "--font") };
  const isLine = chart.kind === "line";
  const every = Math.max(1, Math.ceil((chart.labels.length - 1) / (element.clientWidth < 420 ? 3 : isLine ? 5 : 12)));
  const format = (value) => (value === null || value === undefined ? "" : `${value.toLocaleString("zh-CN")}${chart.unit}`);
  return {
    animation: false,
    textStyle: label,
    grid: { left: 4, right: isLine ? 72 : 4, top: 24, bottom: 4, containLabel: true },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: format, backgroundColor: css(element, "--surface"), borderColor: css(element, "--edge"), textStyle: { ...label, color: css(element, "--ink") } },
    xAxis: { type: "category", data: chart.labels, boundaryGap: !isLine, axisTick: { show: false }, axisLine: { lineStyle: { color: css(element, "--edge") } }, axisLabel: { ...label, rotate: 0, interval: (index) => index % every === 0 } },
    yAxis: isLine ? { type: "value", min: 0, max: chart.max ?? undefined, splitNumber: 4, interval: chart.max ? chart.max / 4 : undefined, splitLine: { lineStyle: { color: css(element, "--line") } }, axisLabel: { ...label, formatter: format } } : { show: false, min: 0 },
    series: chart.series.map((series) => (isLine ? line(element, series, label) : bars(element, series, label))),
  };
}

function line(element, series, label) {
  const plan = series.role === "plan";
  const ink = css(element, plan ? "--ink-2" : "--tint-1");
  return {
    name: series.label, type: "line", data: series.values, symbol: "none", step: series.steps ? "end" : undefined,
    lineStyle: { width: plan ? 1.5 : 3, type: plan ? "dashed" : "solid", color: ink }, itemStyle: { color: ink },
    areaStyle: plan ? undefined : { color: ink, opacity: 0.08 },
    endLabel: { show: true, formatter: series.end || series.label, ...label, color: plan ? css(element, "--ink-2") : css(element, "--accent"), fontWeight: plan ? 400 : 600 },
  };
}

function bars(element, series, label) {
  const usual = { plan: "weak", before: "weak", after: "strong" }[series.role] || "plain";
  const data = series.values.map((value, index) => ({ value, itemStyle: { color: css(element, TONES[series.tones?.[index] || usual]) } }));
  return {
    name: series.label, type: "bar", data, barGap: "20%", barCategoryGap: "18%", barMaxWidth: 72, itemStyle: { borderRadius: [3, 3, 0, 0], color: css(element, TONES[usual]) },
    label: { show: true, position: "top", ...label, color: css(element, "--ink"), formatter: ({ value }) => (value ?? "").toLocaleString("zh-CN") },
  };
}

function draw() {
  for (const element of document.querySelectorAll("[data-chart]")) {
    const source = document.getElementById(element.dataset.chart);
    if (!source) continue;
    live.get(element)?.dispose();
    const chart = echarts.init(element, null, { renderer: "canvas" });
    chart.setOption(option(element, JSON.parse(source.textContent)));
    live.set(element, chart);
  }
}

draw();
addEventListener("resize", () => live.forEach((chart) => chart.resize()));
document.addEventListener("htmx:afterSettle", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
