/** How the last export ended, for those who closed its dialog; the dialog has the details. */
import * as React from 'react';

import type { NotebookState } from '../notebook';
import { verdictWord } from '../words';
import { Button } from './Button';
import { usePanel } from './context';

export function BundleLine({ notebook }: { notebook: NotebookState }): JSX.Element | null {
  const { trans, actions } = usePanel();
  const { state } = notebook.bundle;
  if (state.kind === 'idle' || state.kind === 'running') {
    return null;
  }
  const text =
    state.kind === 'done'
      ? `${state.result.bundle}: ${
          state.result.verify
            ? verdictWord(state.result.verify.verdict, trans)
            : trans.__('unproven')
        }`
      : state.kind === 'failed'
        ? trans.__('Not exported: %1', state.message)
        : trans.__('The export was stopped. Nothing was left behind.');
  return (
    <div className="jr-Line" role={state.kind === 'failed' ? 'alert' : 'status'}>
      <span>{text}</span>
      {state.kind !== 'cancelled' && (
        <Button look="quiet" onClick={actions.openExport}>
          {trans.__('Details')}
        </Button>
      )}
      <Button look="quiet" onClick={() => notebook.bundle.reset()} title={trans.__('Dismiss')}>
        ×
      </Button>
    </div>
  );
}
