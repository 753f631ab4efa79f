// Charts over time, drawn by uPlot.
import {html, Card, Component} from './ui.js';
import uPlot from './vendor/uPlot.mjs';
import {bytes, clock, number} from './format.js';

const FONT_SIZE = 11;
const WIDTH_MIN = 60;
/** Of a point; more of them would be noise. */
const POINT_PIXELS = 1.6;
const DIGIT_PIXELS = 6.4;
/** Of a chart that is not longer, the labels on the axis of time have seconds. */
const SECONDS_SHOWN = 300;

/** A round number on an axis. */
const mark = value => (Math.abs(value) < 10 ? String(Number(value.toFixed(3))) : number(value));

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** The same colour, but clear. */
function clear(hex, alpha) {
  const value = parseInt(hex.slice(1), 16);
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${alpha})`;
}

/**
 * Each series on top of those before it: first the lines, of which one that has nothing draws none over the others, then
 * what lies under each line but the first.
 */
export function stacked(all) {
  const tops = [];
  all.forEach((values, s) => {
    tops.push(values.map((value, i) => {
      const under = s === 0 ? null : tops[s - 1][i];
      return value === null && under === null ? null : (value || 0) + (under || 0);
    }));
  });
  const lines = tops.map((top, s) => (s === 0
    ? top
    : top.map((value, i) => (all[s][i] || all[s][i - 1] || all[s][i + 1] ? value : null))));
  return [...lines, ...tops.slice(0, -1)];
}

/**
 * Groups of seconds, for a chart with fewer pixels than seconds: means of `all`, and what `steps` were at the end. A group
 * always has the same seconds.
 */
export function grouped(times, all, steps, size) {
  if (size <= 1) {
    return [times, all, steps];
  }
  const starts = [];
  times.forEach((time, i) => {
    if (i === 0 || Math.floor(time / size) !== Math.floor(times[i - 1] / size)) {
      starts.push(i);
    }
  });
  const mean = values => starts.map((start, g) => {
    const known = values.slice(start, starts[g + 1] ?? values.length).filter(x => x !== null);
    return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
  });
  const last = values => starts.map((start, g) => values[(starts[g + 1] ?? times.length) - 1]);
  return [last(times), all.map(mean), steps.map(last)];
}

/**
 * A chart whose data is replaced each second.
 *
 * `times` in seconds; `series` of {label, values, colour, fill}; `line` {label, values}: dashed, over the others;
 * `unit` bytes or ops.
 */
export class Chart extends Component {
  state = {at: null};

  componentDidMount() {
    this.observer = new ResizeObserver(() => {
      const width = this.box.clientWidth;
      if (this.plot && width !== this.plot.width) {
        this.plot.setSize({width, height: this.props.height});
      }
    });
    this.observer.observe(this.box);
    this.make();
  }

  componentWillUnmount() {
    this.observer.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  componentDidUpdate(before) {
    const {series, theme, line, unit} = this.props;
    const names = all => all.map(one => one.label + one.colour).join();
    if (theme !== before.theme || names(series) !== names(before.series) || !line !== !before.line || unit !== before.unit) {
      this.plot?.destroy();
      this.make();
    } else {
      this.plot.setData(this.data(), true);
    }
  }

  data() {
    const {series, isStacked, line} = this.props;
    const size = Math.ceil(this.props.times.length * POINT_PIXELS / Math.max(WIDTH_MIN, this.box.clientWidth));
    const given = series.map(({values}) => values);
    const [times, all, steps] = grouped(this.props.times, given, line ? [line.values] : [], size);
    return [times, ...(isStacked ? stacked(all) : all), ...steps];
  }

  yMax() {
    const data = this.plot ? this.plot.data : this.data();
    let max = 0;
    for (const values of data.slice(1)) {
      for (const value of values) {
        if (value > max) {
          max = value;
        }
      }
    }
    return max;
  }

  make() {
    const {series, isStacked, line, height, unit} = this.props;
    const muted = colour('muted');
    const grid = {stroke: colour('line'), width: 1};
    const font = `${FONT_SIZE}px ${getComputedStyle(document.body).fontFamily}`;
    const lines = series.map(one => ({
      label: one.label,
      stroke: colour(one.colour),
      width: isStacked ? 1 : 1.5,
      fill: isStacked ? clear(colour(one.colour), one.alpha ?? 0.22) : undefined,
      points: {show: false},
      spanGaps: false,
    }));
    // What lies between two lines has the colour of the upper one alone.
    const bands = isStacked
      ? series.slice(1).map((one, i) => ({
        series: [i + 2, series.length + i + 1], fill: clear(colour(one.colour), one.alpha ?? 0.3),
      }))
      : [];
    bands.forEach(() => lines.push({width: 0, points: {show: false}}));
    if (line) {
      lines.push({
        label: line.label,
        stroke: colour('text'),
        width: 1.5,
        dash: [5, 4],
        points: {show: false},
        paths: uPlot.paths.stepped({align: 1}),
      });
    }
    this.plot = new uPlot({
      width: Math.max(WIDTH_MIN, this.box.clientWidth),
      height,
      padding: [6, 2, 0, 0],
      legend: {show: false},
      cursor: {y: false, points: {size: 5}, drag: {x: false, y: false}},
      scales: {
        x: {time: true},
        y: {range: () => [0, Math.max(this.yMax() * 1.12, this.props.yMin ?? 1)]},
      },
      axes: [
        {stroke: muted, font, grid, ticks: {show: false}, size: 22, gap: 4,
          space: (u, axis, from, to) => (to - from > SECONDS_SHOWN ? 56 : 84),
          values: (u, splits) => splits.map(at => {
            // At the edge it would be cut off.
            const text = at % 60 === 0 ? clock(at).slice(0, 5) : clock(at);
            const room = u.bbox.width / devicePixelRatio - u.valToPos(at, 'x');
            return room < text.length * DIGIT_PIXELS / 2 - 2 ? '' : text;
          })},
        {stroke: muted, font, grid, ticks: {show: false}, size: 44, gap: 6, space: 40,
          incrs: unit === 'bytes' ? byteSteps() : plainSteps(),
          values: (u, splits) => splits.map(value => (unit === 'bytes' ? bytes(value) : mark(value)))},
      ],
      series: [{}, ...lines],
      bands,
      hooks: {
        setCursor: [u => {
          const at = u.cursor.left >= 0 && u.cursor.idx !== null ? u.data[0][u.cursor.idx] : null;
          if (at !== this.state.at) {
            this.setState({at});
          }
        }],
      },
    }, this.data(), this.box);
  }

  render({times, series, line, label, height, unit}, {at}) {
    const index = at === null ? null : times.indexOf(at);
    const isShown = index !== null && index >= 0;
    const value = values => {
      const x = values[index];
      return !isShown ? null : html` <b>${unit === 'bytes' ? bytes(x) : number(x)}</b>`;
    };
    return html`
      <div class="legend">
        ${series.map(one => html`<span key=${one.label}><i class=${one.mark}></i>${one.label}${value(one.values)}</span>`)}
        ${line && html`<span><i class="square-limit"></i>${line.label}${value(line.values)}</span>`}
        ${isShown && html`<span class="muted">${clock(at)}</span>`}
      </div>
      <div class="chart" style=${{height: `${height}px`}} role="img" aria-label=${label}
        ref=${box => { this.box = box; }}></div>`;
  }
}

function plainSteps() {
  const steps = [];
  for (let unit = 0.001; unit < 1e12; unit *= 10) {
    steps.push(...(unit < 10 ? [1, 2, 5] : [1, 2, 2.5, 5]).map(x => Number((x * unit).toPrecision(3))));
  }
  return steps;
}

function byteSteps() {
  const steps = [];
  for (let unit = 1; unit < 2 ** 50; unit *= 2) {
    steps.push(unit);
  }
  return steps;
}

/** All requests, by what became of them. */
export function RequestsChart({model, node, seconds, theme}) {
  const of = name => model.cut(model.countSeries(name, node), seconds);
  const [admitted, rejected, failed] = ['admitted', 'rejected', 'failed'].map(of);
  const label = `Requests a second: ${number(model.counts5('admitted', node))} admitted, ${
    number(model.counts5('rejected', node))} rejected, ${number(model.counts5('failed', node))} failed at the gateway`;
  return html`
    <${Card} title="Requests a second" sub=${node || 'all sidecars'}>
      <${Chart} times=${model.times(seconds)} theme=${theme} height=${166} isStacked=${true} label=${label} series=${[
        {label: 'admitted', mark: 'node0', colour: 'ok', values: admitted},
        {label: 'rejected', mark: 'square-bad', colour: 'bad', alpha: 0.32, values: rejected},
        {label: 'failed at the gateway', mark: 'square-warn', colour: 'warn-mark', alpha: 0.9, values: failed},
      ]} />
    <//>`;
}

/** Whether a slow answer is the gateway's, or ours. */
export function LatencyChart({model, node, seconds, theme}) {
  const of = name => model.cut(model.medianSeries(name, node), seconds).map(x => (x === null ? null : x * 1000));
  const [through, alone] = [of('latency_seconds'), of('upstream_seconds')];
  const last = values => number(values[values.length - 1]);
  return html`
    <${Card} title="Latency of small requests, ms" sub="is it the gateway, or we?">
      <${Chart} times=${model.times(seconds)} theme=${theme} height=${120}
        label=${`Latency of small requests: ${last(through)} ms through the sidecar, ${last(alone)} ms at the gateway`} series=${[
          {label: 'through the sidecar', mark: 'node0', colour: 'ok', values: through},
          {label: 'gateway alone', mark: 'square-would', colour: 'would', values: alone},
        ]} />
    <//>`;
}
