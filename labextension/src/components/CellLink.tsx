/** A cell by its execution count and first line; a click shows it in the notebook. */
import * as React from 'react';

import type { CellLabel } from '../notebook';
import { usePanel } from './context';

export function CellLink(props: {
  id: string;
  cells: ReadonlyMap<string, CellLabel>;
  short?: boolean;
}): JSX.Element {
  const { trans, actions } = usePanel();
  const label = props.cells.get(props.id);
  if (!label) {
    return (
      <span
        className="jr-CellLink jr-mod-gone"
        title={trans.__('This cell is no longer in the notebook')}
      >
        {trans.__('deleted cell')}
      </span>
    );
  }
  const count = `[${label.count ?? ' '}]`;
  return (
    <button
      type="button"
      className="jr-CellLink"
      onClick={() => actions.jump(props.id)}
      title={trans.__('Show cell %1: %2', label.index + 1, label.firstLine || trans.__('empty'))}
    >
      <span className="jr-CellLink-count">{count}</span>
      {!props.short && (
        <code className="jr-CellLink-source">{label.firstLine || trans.__('empty cell')}</code>
      )}
    </button>
  );
}
