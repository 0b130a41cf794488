'use client';

import { formatValue } from '@/components/charts/units';
import type { PanelView } from '@/lib/dashboards/contract';
import { callsOf, type Call } from './calls';
import { BOX_HEIGHT, BOX_WIDTH, layoutOf } from './service-map-layout';
import styles from './dashboards.module.css';

/** As its alert has it: DependencyFailing. */
const FAILING = 0.1;

const rateOf = ({ rate }: Call) => formatValue(rate, 'per-second');
const failingOf = ({ failing }: Call) => `✕ ${formatValue(failing, 'ratio')}`;
const longest = (call: Call) =>
  [rateOf(call), call.failing > 0 ? failingOf(call) : ''].reduce((a, b) =>
    a.length >= b.length ? a : b,
  );

/** Who calls whom: boxes from the one that nobody calls to those that call nobody; a connection says how often, and whether it breaks. */
export default function ServiceMap({
  panel,
  onService,
}: {
  panel: PanelView;
  onService: (service: string) => void;
}) {
  const calls = callsOf(panel.series);
  const { width, height, boxes, connections } = layoutOf(calls, longest);
  const most = Math.max(...calls.map(({ rate }) => rate), 0);
  return (
    <div
      className={styles.map}
      tabIndex={0}
      role="region"
      aria-label={`${panel.title}; the table has the same`}
    >
      <div style={{ position: 'relative', width, height }}>
        <svg width={width} height={height} aria-hidden focusable="false">
          {connections.map(({ call, path, end, label }) => (
            <g
              key={`${call.client} ${call.server}`}
              className={styles.call}
              data-failing={call.failing > FAILING}
            >
              <path d={path} fill="none" strokeWidth={1 + 3 * Math.sqrt(call.rate / (most || 1))} />
              <circle cx={end.x} cy={end.y} r={3} />
              <text x={label.x} y={label.y + (call.failing > 0 ? 13 : 4)} textAnchor="middle">
                {rateOf(call)}
              </text>
              {call.failing > 0 && (
                <text x={label.x} y={label.y - 5} textAnchor="middle">
                  {failingOf(call)}
                </text>
              )}
            </g>
          ))}
        </svg>
        {boxes.map(({ service, x, y }) => (
          <button
            key={service}
            type="button"
            className={styles.service}
            style={{ left: x, top: y, width: BOX_WIDTH, height: BOX_HEIGHT }}
            onClick={() => onService(service)}
            title={service}
          >
            {service}
          </button>
        ))}
      </div>
    </div>
  );
}
