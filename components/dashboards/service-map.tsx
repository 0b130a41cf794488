'use client';

import { formatValue } from '@/components/charts/units';
import type { PanelView } from '@/lib/dashboards/schema';
import { callsOf, placesOf } from './service-map-layout';
import styles from './dashboards.module.css';

const [WIDTH, HEIGHT, GAP_X, GAP_Y] = [104, 34, 84, 40];
/** As its alert has it: DependencyFailing. */
const FAILING = 0.1;

/** Who calls whom: boxes from the one that nobody calls to those that call nobody; a connection says how often, and whether it breaks. */
export default function ServiceMap({ panel, onService }: { panel: PanelView; onService: (service: string) => void }) {
  const calls = callsOf(panel.series);
  const places = placesOf(calls);
  const most = Math.max(...calls.map(({ rate }) => rate), 0);
  const columns = Math.max(...places.map(({ column }) => column), 0) + 1;
  const rowsIn = (column: number) => places.filter((place) => place.column === column).length;
  const tallest = Math.max(...Array.from({ length: columns }, (_, column) => rowsIn(column)), 1);
  const height = tallest * (HEIGHT + GAP_Y) + 8;
  const at = (service: string) => {
    const { column, row } = places.find((place) => place.service === service)!;
    return { x: column * (WIDTH + GAP_X), y: (height - rowsIn(column) * (HEIGHT + GAP_Y)) / 2 + row * (HEIGHT + GAP_Y) + GAP_Y / 2 };
  };
  return (
    <div className={styles.map} tabIndex={0} role="region" aria-label={`${panel.title}; the table has the same`}>
      <div style={{ position: 'relative', width: columns * (WIDTH + GAP_X) - GAP_X, height }}>
        <svg width={columns * (WIDTH + GAP_X) - GAP_X} height={height} aria-hidden focusable="false">
          {calls.map(({ client, server, rate, failing }) => {
            const [a, b] = [at(client), at(server)];
            const back = b.x <= a.x;
            const [x1, y1, x2, y2] = [back ? a.x + WIDTH / 2 : a.x + WIDTH, back ? a.y + HEIGHT : a.y + HEIGHT / 2, back ? b.x + WIDTH / 2 : b.x, back ? b.y + HEIGHT : b.y + HEIGHT / 2];
            const path = back ? `M${x1} ${y1} C${x1} ${y1 + 30} ${x2} ${y2 + 30} ${x2} ${y2}` : `M${x1} ${y1} C${x1 + 50} ${y1} ${x2 - 50} ${y2} ${x2} ${y2}`;
            // Near the end: connections of one caller begin at one place.
            const [labelX, labelY] = back ? [(x1 + x2) / 2, Math.max(y1, y2) + 26] : [x2 - 8, y2 + 15];
            return (
              <g key={`${client} ${server}`} className={styles.call} data-failing={failing > FAILING}>
                <path d={path} fill="none" strokeWidth={1 + 3 * Math.sqrt(rate / (most || 1))} />
                <circle cx={x2} cy={y2} r={3} />
                <text x={labelX} y={labelY} textAnchor="end">
                  {formatValue(rate, 'per-second')}
                </text>
                {failing > 0 && (
                  <text x={labelX} y={labelY - 20} textAnchor="end">
                    ✕ {formatValue(failing, 'ratio')}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
        {places.map(({ service }) => {
          const { x, y } = at(service);
          return (
            <button key={service} type="button" className={styles.service} style={{ left: x, top: y, width: WIDTH, height: HEIGHT }} onClick={() => onService(service)} title={service}>
              {service}
            </button>
          );
        })}
      </div>
    </div>
  );
}
