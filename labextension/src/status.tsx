/** The status bar item: the forecast in five characters; a click shows the panel. */
import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { PanelModel } from './model';
import { headline, REPLAY_SIGNS, REPLAYS } from './words';

export class StatusItem extends ReactWidget {
  constructor(
    private readonly _model: PanelModel,
    private readonly _trans: TranslationBundle,
    private readonly _onClick: () => void
  ) {
    super();
    this.addClass('jr-Status');
  }

  protected override render(): JSX.Element {
    return (
      <UseSignal signal={this._model.stateChanged}>
        {() => {
          const summary = this._model.current?.check?.summary;
          if (!summary) {
            return null;
          }
          const text = headline(summary, this._trans);
          return (
            <button
              type="button"
              className="jr-Status-button"
              title={text}
              aria-label={text}
              onClick={this._onClick}
            >
              {REPLAYS.filter(replay => summary[replay] > 0).map(replay => (
                <span key={replay} className="jr-Status-part" data-jr-replay={replay}>
                  {REPLAY_SIGNS[replay]}&#8239;{summary[replay]}
                </span>
              ))}
            </button>
          );
        }}
      </UseSignal>
    );
  }
}
