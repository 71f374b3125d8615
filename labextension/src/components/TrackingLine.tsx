/** One line on whether runs are recorded, with what to do where they are not. Nothing where all is well. */
import * as React from 'react';

import type { NotebookState } from '../notebook';
import { Button } from './Button';
import { usePanel } from './context';

export function TrackingLine({ notebook }: { notebook: NotebookState }): JSX.Element | null {
  const { trans, actions } = usePanel();
  const { tracking } = notebook;
  switch (tracking.kind) {
    case 'on':
    case 'loading':
    case 'other-language':
      return null;
    case 'no-kernel':
      return (
        <Line
          text={trans.__(
            'No kernel: this is what the code and the history tell. Start one to record runs.'
          )}
        >
          <Button look="quiet" onClick={actions.startKernel}>
            {trans.__('Start kernel')}
          </Button>
        </Line>
      );
    case 'off':
      return (
        <Line
          text={trans.__('Runs are not recorded: loading the tracker by itself is switched off.')}
        >
          <Button look="quiet" onClick={actions.openSettings}>
            {trans.__('Settings')}
          </Button>
        </Line>
      );
    case 'refused':
      return (
        <Line
          text={trans.__(
            'Runs are not recorded: the tracker could not be loaded (%1).',
            tracking.reason
          )}
        >
          <Button look="quiet" onClick={actions.reloadTracker}>
            {trans.__('Try again')}
          </Button>
        </Line>
      );
  }
}

function Line(props: { text: string; children: React.ReactNode }): JSX.Element {
  return (
    <div className="jr-Line" role="note">
      <span>{props.text}</span>
      {props.children}
    </div>
  );
}
