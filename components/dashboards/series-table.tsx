import { formatValue } from '@/components/charts/units';
import ui from '@/components/ui/ui.module.css';
import type { PanelView } from '@/lib/dashboards/contract';
import { formatDuration } from '@/lib/time/format';
import { statisticsOf } from './series-statistics';
import { TableRegion } from './table-region';
import styles from './dashboards.module.css';

const NS_PER_MS = 1e6;
const MAX_EXEMPLARS = 10;
const COLUMNS = ['Now', 'Minimum', 'Maximum', 'Mean'] as const;

interface Props {
  readonly panel: PanelView;
  readonly stepMs: number;
  readonly onRequests: (labels: Readonly<Record<string, string>>) => void;
}

/** A chart as figures: now, minimum, maximum and mean of each series, and the slowest exemplars. */
export function SeriesTable({ panel, stepMs, onRequests }: Props) {
  const { omittedSeries } = panel;
  return (
    <TableRegion title={panel.title}>
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">Series</th>
            {COLUMNS.map((title) => (
              <th key={title} scope="col" className={ui.number}>
                {title}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">Requests</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {panel.series.map((series) => (
            <SeriesRow
              key={series.name}
              series={series}
              unit={panel.unit}
              onRequests={onRequests}
            />
          ))}
        </tbody>
      </table>
      <p className={styles.note}>
        One value every {formatDuration(stepMs * NS_PER_MS)}.
        {omittedSeries > 0 ? ` ${omittedSeries} more series are in the CSV.` : ''}
      </p>
      {panel.exemplars.length > 0 && <SlowestRequests exemplars={panel.exemplars} />}
    </TableRegion>
  );
}

interface SeriesRowProps extends Pick<Props, 'onRequests'> {
  readonly series: PanelView['series'][number];
  readonly unit: PanelView['unit'];
}

function SeriesRow({ series: { name, labels, values }, unit, onRequests }: SeriesRowProps) {
  const { now, minimum, maximum, mean } = statisticsOf(values);
  const figures = { now, minimum, maximum, mean };
  return (
    <tr>
      <th scope="row">{name}</th>
      {Object.entries(figures).map(([key, value]) => (
        <td key={key} className={`mono ${ui.number}`}>
          {value === null ? '–' : formatValue(value, unit)}
        </td>
      ))}
      <td>
        <button
          type="button"
          className={styles.action}
          onClick={() => onRequests(labels)}
          aria-label={`Requests of ${name}`}
        >
          Requests
        </button>
      </td>
    </tr>
  );
}

const SlowestRequests = ({ exemplars }: Pick<PanelView, 'exemplars'>) => (
  <p className={styles.note}>
    The slowest single requests:{' '}
    {exemplars.slice(0, MAX_EXEMPLARS).map(({ traceId, timeMs, value }) => (
      <a key={`${traceId} ${timeMs}`} href={`/requests/${traceId}`}>
        {formatValue(value, 'seconds')}{' '}
      </a>
    ))}
  </p>
);
