/** The runs of a session in the order they happened, with what each did and the source as it was then. */
import * as React from 'react';

import type { NotebookState } from '../notebook';
import type { TimelineRun } from '../timeline';
import { steps } from '../timeline';
import type { RunPayload } from '../wire';
import { duration } from '../words';
import { CellLink } from './CellLink';
import { usePanel } from './context';
import { Empty } from './Empty';
import { SessionPicker, useSession } from './SessionPicker';
import { TimelineView } from './TimelineView';

export function Runs({ notebook }: { notebook: NotebookState }): JSX.Element {
  const { trans } = usePanel();
  const [session, choose] = useSession(notebook.sessions);
  if (!session || session.runs.length === 0) {
    return (
      <Empty title={trans.__('No runs yet')}>
        {trans.__('Run a cell: it appears here with what it read, wrote and changed.')}
      </Empty>
    );
  }
  const rows = new Map([...notebook.cells.keys()].map((id, row) => [id, row] as [string, number]));
  const sequence = steps(session.runs, rows);
  const back = sequence.filter(({ step }) => step === 'back').length;
  const gone = sequence.filter(({ row }) => row === null).length;
  return (
    <div className="jr-Runs">
      <SessionPicker sessions={notebook.sessions} selected={session} onChoose={choose} />
      <TimelineView sequence={sequence} rowCount={rows.size} />
      <p className="jr-Quiet">
        {[
          trans._n('%1 run', '%1 runs', sequence.length),
          back > 0
            ? trans._n('%1 step back up', '%1 steps back up', back)
            : trans.__('none out of order'),
          gone > 0 ? trans._n('%1 of a deleted cell', '%1 of deleted cells', gone) : ''
        ]
          .filter(part => part)
          .join(' · ')}
      </p>
      <ol className="jr-List" reversed>
        {[...sequence].reverse().map(each => (
          <RunRow key={`${session.id}:${each.run.n}`} each={each} notebook={notebook} />
        ))}
      </ol>
    </div>
  );
}

function RunRow({ each, notebook }: { each: TimelineRun; notebook: NotebookState }): JSX.Element {
  const { trans } = usePanel();
  const [open, setOpen] = React.useState(false);
  const { run, step } = each;
  const id = React.useId();
  return (
    <li
      className="jr-RunRow"
      data-jr-status={run.status}
      data-jr-step={step}
      id={`jr-run-${run.n}`}
    >
      <div className="jr-RunRow-head">
        <button
          type="button"
          className="jr-RunRow-number"
          aria-expanded={open}
          aria-controls={id}
          title={trans.__('Show what run %1 did', run.n)}
          onClick={() => setOpen(!open)}
        >
          {run.n}
        </button>
        {run.cell === null ? (
          <code className="jr-CellLink-source">{run.source.split('\n')[0]}</code>
        ) : (
          <CellLink id={run.cell} cells={notebook.cells} />
        )}
        {step === 'back' && (
          <span
            className="jr-Tag jr-mod-back"
            role="img"
            aria-label={trans.__('out of order')}
            title={trans.__('Out of order: run after a cell further down')}
          >
            ↑
          </span>
        )}
        {run.status !== 'ok' && <span className="jr-Tag jr-mod-error">{run.status}</span>}
        <time
          className="jr-RunRow-time"
          dateTime={run.started}
          title={new Date(run.started).toLocaleString()}
        >
          {new Date(run.started).toLocaleTimeString()}
        </time>
      </div>
      <div id={id} hidden={!open}>
        {open && <RunDetail run={run} />}
      </div>
    </li>
  );
}

function RunDetail({ run }: { run: RunPayload }): JSX.Element {
  const { trans } = usePanel();
  const facts: [string, string][] = [
    [trans.__('took'), duration(Date.parse(run.ended) - Date.parse(run.started))],
    [trans.__('read'), run.reads.join(', ')],
    [trans.__('wrote'), run.writes.join(', ')],
    [trans.__('changed'), run.mutates.join(', ')],
    [trans.__('deleted'), run.deletes.join(', ')],
    [trans.__('files'), run.files.map(file => `${file.path} (${file.mode})`).join(', ')],
    [trans.__('seeded'), run.seeds.map(seed => `${seed.generator} = ${seed.value}`).join(', ')],
    [trans.__('drew from'), run.rng.join(', ')],
    [trans.__('outside'), run.outside.map(call => `${call.kind}: ${call.what}`).join(', ')],
    [trans.__('imported'), run.modules.map(each => each.distribution ?? each.name).join(', ')],
    [trans.__('not seen'), run.blind_spots.join('; ')]
  ];
  return (
    <div className="jr-RunDetail">
      <pre className="jr-Source" aria-label={trans.__('Source as run')} tabIndex={0}>
        {run.source}
      </pre>
      <dl className="jr-Facts">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <React.Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </React.Fragment>
          ))}
      </dl>
    </div>
  );
}
