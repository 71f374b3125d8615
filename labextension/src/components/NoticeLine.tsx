/** What just happened, with a way back where there is one. */
import * as React from 'react';

import type { PanelModel } from '../model';
import { Button } from './Button';
import { usePanel } from './context';

export function NoticeLine({ model }: { model: PanelModel }): JSX.Element {
  const { trans } = usePanel();
  const { notice } = model;
  return (
    <div role="status" aria-live="polite">
      {notice && (
        <div className="jr-Line" data-jr-notice={notice.kind}>
          <span>{notice.text}</span>
          {notice.undo && (
            <Button look="quiet" onClick={notice.undo}>
              {trans.__('Undo')}
            </Button>
          )}
          <Button look="quiet" onClick={() => (model.notice = null)} title={trans.__('Dismiss')}>
            ×
          </Button>
        </div>
      )}
    </div>
  );
}
