import { formatValue } from '@/components/charts/units';
import ui from '@/components/ui/ui.module.css';

/** Which share failed, marked where it is more than none. */
export const FailedShareCell = ({ share }: { readonly share: number }) => (
  <td className={`mono ${ui.number} ${share > 0 ? ui.errors : ''}`}>
    {share > 0 ? `✕ ${formatValue(share, 'ratio')}` : '0 %'}
  </td>
);
