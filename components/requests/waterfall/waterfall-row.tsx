import { memo } from 'react';
import { AttemptsRow, MissingConsumerRow, UnattachedLogsRow } from './annotation-rows';
import { LaneRow } from './lane-row';
import type { RowPlace } from './row-frame';
import type { WaterfallRow as Row } from './rows';
import { SpanRow } from './span-row';
import type { WaterfallModel } from './waterfall-model';

interface Props extends RowPlace {
  readonly model: WaterfallModel;
  readonly row: Row;
  readonly selected: boolean;
}

/** One row of any kind; drawn again only when something of its own changes. */
export const WaterfallRow = memo(function WaterfallRow(props: Props) {
  const { model, row, selected, index, top, tabIndex } = props;
  const { axis } = model;
  const place: RowPlace = { index, top, tabIndex };
  switch (row.kind) {
    case 'lane': {
      const open = !model.collapsed.has(row.key);
      return <LaneRow place={place} model={model} lane={row.lane} index={row.index} open={open} />;
    }
    case 'span':
      return <SpanRow place={place} model={model} row={row} selected={selected} />;
    case 'attempts':
      return <AttemptsRow place={place} axis={axis} attempts={row.attempts} depth={row.depth} />;
    case 'missing-consumer':
      return (
        <MissingConsumerRow place={place} axis={axis} missing={row.missing} depth={row.depth} />
      );
    case 'unattached-logs':
      return <UnattachedLogsRow place={place} count={row.count} />;
    default:
      return row satisfies never;
  }
});
