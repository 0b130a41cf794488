'use client';

import { useMemo } from 'react';
import { formatValue } from '@/components/charts/units';
import type { PanelView } from '@/lib/dashboards/contract';
import { toServiceCalls, type ServiceCall } from './service-calls';
import { BOX_HEIGHT, BOX_WIDTH, layoutServiceMap, type Connection } from './service-map-layout';
import styles from './dashboards.module.css';

/** The threshold of its alert, DependencyFailing. */
const FAILING_SHARE = 0.1;

const rateLabel = ({ rate }: ServiceCall): string => formatValue(rate, 'per-second');
const failedLabel = ({ failedShare }: ServiceCall): string | null =>
  failedShare > 0 ? `✕ ${formatValue(failedShare, 'ratio')}` : null;
const labelLength = (call: ServiceCall): number =>
  Math.max(rateLabel(call).length, failedLabel(call)?.length ?? 0);

interface Props {
  readonly panel: PanelView;
  readonly onService: (service: string) => void;
}

/**
 * The calls between services: boxes from callers on the left to the called on the right, each
 * connection with its rate and failures.
 */
export default function ServiceMap({ panel, onService }: Props) {
  const calls = useMemo(() => toServiceCalls(panel.series), [panel.series]);
  const layout = useMemo(() => layoutServiceMap(calls, labelLength), [calls]);
  const { width, height, boxes, connections } = layout;
  const busiest = Math.max(...calls.map(({ rate }) => rate), 0);
  return (
    <div
      className={styles.map}
      tabIndex={0}
      role="region"
      aria-label={`${panel.title}; the table has the same`}
    >
      <div style={{ position: 'relative', width, height }}>
        <svg width={width} height={height} aria-hidden focusable="false">
          {connections.map((connection) => (
            <CallLine
              key={`${connection.call.client} ${connection.call.server}`}
              connection={connection}
              busiest={busiest}
            />
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

interface CallLineProps {
  readonly connection: Connection;
  /** The highest rate of the map: the widest line. */
  readonly busiest: number;
}

function CallLine({ connection: { call, path, end, label }, busiest }: CallLineProps) {
  const failed = failedLabel(call);
  return (
    <g className={styles.call} data-failing={call.failedShare > FAILING_SHARE}>
      <path d={path} fill="none" strokeWidth={1 + 3 * Math.sqrt(call.rate / (busiest || 1))} />
      <circle cx={end.x} cy={end.y} r={3} />
      <text x={label.x} y={label.y + (failed === null ? 4 : 13)} textAnchor="middle">
        {rateLabel(call)}
      </text>
      {failed !== null && (
        <text x={label.x} y={label.y - 5} textAnchor="middle">
          {failed}
        </text>
      )}
    </g>
  );
}
