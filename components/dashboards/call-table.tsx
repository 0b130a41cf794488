import { formatValue } from '@/components/charts/units';
import ui from '@/components/ui/ui.module.css';
import type { PanelView } from '@/lib/dashboards/contract';
import { FailedShareCell } from './failed-share-cell';
import { toServiceCalls } from './service-calls';
import { TableRegion } from './table-region';

/** The calls between services, as a table. */
export const CallTable = ({ panel }: { readonly panel: PanelView }) => (
  <TableRegion title={panel.title}>
    <table className={ui.table}>
      <thead>
        <tr>
          <th scope="col">Caller</th>
          <th scope="col">Called</th>
          <th scope="col" className={ui.number}>
            Calls
          </th>
          <th scope="col" className={ui.number}>
            Failed
          </th>
        </tr>
      </thead>
      <tbody>
        {toServiceCalls(panel.series).map(({ client, server, rate, failedShare }) => (
          <tr key={`${client} ${server}`}>
            <th scope="row">{client}</th>
            <td>{server}</td>
            <td className={`mono ${ui.number}`}>{formatValue(rate, 'per-second')}</td>
            <FailedShareCell share={failedShare} />
          </tr>
        ))}
      </tbody>
    </table>
  </TableRegion>
);
