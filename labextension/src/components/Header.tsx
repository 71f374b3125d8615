/** The panel's promise: what Restart & Run All would do, as a sentence, a bar and four counts to click. */
import * as React from 'react';

import type { NotebookState } from '../notebook';
import type { CheckPayload } from '../wire';
import { headline, REPLAYS, replayNoun, replayWord } from '../words';
import { BundleLine } from './BundleLine';
import { Button } from './Button';
import { usePanel } from './context';
import { JobProgress } from './JobProgress';
import { ReplaySign } from './Sign';
import { TrackingLine } from './TrackingLine';

export function Header(props: { notebook: NotebookState; check: CheckPayload }): JSX.Element {
  const { notebook, check } = props;
  const { trans, actions } = usePanel();
  const { summary } = check;
  const total = REPLAYS.reduce((sum, replay) => sum + summary[replay], 0);
  const proving = notebook.proof.state;
  const bundling = notebook.bundle.state;
  return (
    <header className="jr-Header">
      <div className="jr-Header-line">
        <h2 className="jr-Header-title">{trans.__('Restart & Run All would')}</h2>
        <span
          className={`jr-Spinner${notebook.isChecking ? ' jr-mod-active' : ''}`}
          aria-hidden="true"
        />
      </div>
      <p className="jr-Sr" role="status" aria-live="polite" data-testid="jr-headline">
        {headline(summary, trans)}
      </p>
      <div className="jr-Bar" aria-hidden="true">
        {REPLAYS.filter(replay => summary[replay] > 0).map(replay => (
          <span
            key={replay}
            className="jr-Bar-part"
            data-jr-replay={replay}
            style={{ flexGrow: summary[replay] / total }}
          />
        ))}
      </div>
      <div className="jr-Counts">
        {total === 0 && (
          <span className="jr-Quiet">{trans.__('Nothing to run yet: write a cell.')}</span>
        )}
        {REPLAYS.filter(replay => summary[replay] > 0).map(replay => (
          <button
            key={replay}
            type="button"
            className="jr-Count"
            title={`${replayWord(replay, trans)}. ${trans.__('Click to show the next such cell.')}`}
            onClick={() => actions.jumpToReplay(replay)}
          >
            <ReplaySign replay={replay} />
            <span className="jr-Count-number">{summary[replay]}</span>
            <span className="jr-Count-noun">{replayNoun(replay, summary[replay], trans)}</span>
          </button>
        ))}
      </div>
      <TrackingLine notebook={notebook} />
      <div className="jr-Header-actions">
        <Button
          look="primary"
          onClick={actions.prove}
          disabled={proving.kind === 'running' || total === 0}
          title={trans.__(
            'Replay the notebook in a fresh kernel, in a copy of its folder, and compare cell by cell'
          )}
        >
          {trans.__('Prove it')}
        </Button>
        <Button
          onClick={actions.openExport}
          disabled={total === 0}
          title={trans.__('Write a locked bundle that reruns without this tool')}
        >
          {trans.__('Export bundle…')}
        </Button>
      </div>
      {proving.kind === 'running' && (
        <JobProgress
          title={trans.__('Proving')}
          step={proving.step}
          onCancel={() => notebook.proof.cancel()}
        />
      )}
      <BundleLine notebook={notebook} />
      {bundling.kind === 'running' && (
        <JobProgress
          title={trans.__('Exporting')}
          step={bundling.step}
          onCancel={() => notebook.bundle.cancel()}
        />
      )}
    </header>
  );
}
