/** The body of the export dialog: where to, which room to prove it in, then the progress and the result. */
import * as React from 'react';

import type { Room } from '../api';
import type { NotebookState } from '../notebook';
import type { ExportPayload } from '../wire';
import { duration, verdictWord } from '../words';
import { Button } from './Button';
import { usePanel } from './context';
import { JobProgress } from './JobProgress';

type Props = {
  notebook: NotebookState;
  /** Resolves to the rooms of the server, rejects where it cannot tell. */
  rooms: () => Promise<Room[]>;
  reportUrl: (path: string) => string;
};

/** No proof at all, as a choice beside the rooms. */
const UNPROVEN = 'none';

export function ExportForm({ notebook, rooms, reportUrl }: Props): JSX.Element {
  const { trans } = usePanel();
  const [target, setTarget] = React.useState(() =>
    defaultTarget(notebook.path ?? 'notebook.ipynb')
  );
  const [known, setKnown] = React.useState<Room[] | null>(null);
  const [room, setRoom] = React.useState<string | null>(null);
  const [force, setForce] = React.useState(false);
  React.useEffect(() => {
    rooms().then(
      found => {
        setKnown(found);
        setRoom(found.find(each => each.available)?.name ?? UNPROVEN);
      },
      () => {
        setKnown([]);
        setRoom(UNPROVEN);
      }
    );
  }, [rooms]);
  const job = notebook.bundle.state;
  if (job.kind === 'running') {
    return (
      <JobProgress
        title={trans.__('Exporting')}
        step={job.step}
        onCancel={() => notebook.bundle.cancel()}
      />
    );
  }
  if (job.kind === 'done') {
    return (
      <ExportResult
        result={job.result}
        reportUrl={reportUrl}
        onAgain={() => notebook.bundle.reset()}
      />
    );
  }
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    void notebook.export(target.trim(), room === UNPROVEN ? null : room, force);
  };
  return (
    <form className="jr-Export" onSubmit={submit}>
      {job.kind === 'failed' && (
        <p className="jr-Line" role="alert">
          <span>
            {job.message}. {job.hint}
          </span>
        </p>
      )}
      {job.kind === 'cancelled' && (
        <p className="jr-Line" role="status">
          <span>{trans.__('The export was stopped. Nothing was left behind.')}</span>
        </p>
      )}
      <label className="jr-Field">
        <span className="jr-Field-name">{trans.__('Where')}</span>
        <input
          className="jp-mod-styled"
          value={target}
          onChange={event => setTarget(event.target.value)}
          required
          spellCheck={false}
        />
        <span className="jr-Quiet">
          {trans.__(
            'A folder on the server, or a name that ends in .zip. Unsaved changes are saved first.'
          )}
        </span>
      </label>
      <fieldset className="jr-Field">
        <legend className="jr-Field-name">{trans.__('Prove it in')}</legend>
        {known === null && <p className="jr-Quiet">{trans.__('Looking for rooms…')}</p>}
        {(known ?? []).map(each => (
          <Choice
            key={each.name}
            room={each}
            checked={room === each.name}
            onChoose={() => setRoom(each.name)}
          />
        ))}
        {known !== null && (
          <Choice
            room={{
              name: UNPROVEN,
              title: trans.__('No proof'),
              available: true,
              because: trans.__('quick, and labelled unproven')
            }}
            checked={room === UNPROVEN}
            onChoose={() => setRoom(UNPROVEN)}
          />
        )}
      </fieldset>
      <label className="jr-Check">
        <input type="checkbox" checked={force} onChange={event => setForce(event.target.checked)} />
        <span>{trans.__('Replace what is there already')}</span>
      </label>
      <button
        type="submit"
        className="jr-Button jr-mod-primary"
        disabled={known === null || !target.trim()}
      >
        {trans.__('Export')}
      </button>
    </form>
  );
}

function Choice(props: { room: Room; checked: boolean; onChoose: () => void }): JSX.Element {
  const { room } = props;
  return (
    <label className="jr-Check" data-jr-room={room.name}>
      <input
        type="radio"
        name="jr-room"
        checked={props.checked}
        disabled={!room.available}
        onChange={props.onChoose}
      />
      <span>
        {room.title}
        {room.because && <span className="jr-Quiet"> – {room.because}</span>}
      </span>
    </label>
  );
}

type ResultProps = {
  result: ExportPayload;
  reportUrl: (path: string) => string;
  onAgain: () => void;
};

function ExportResult({ result, reportUrl, onAgain }: ResultProps): JSX.Element {
  const { trans } = usePanel();
  const { verify } = result;
  const verdict = verify ? verify.verdict : null;
  return (
    <div className="jr-Export" role="status">
      <div className="jr-Verdict" data-jr-verdict={verdict ?? 'unproven'}>
        <p className="jr-Verdict-title">
          {verdict ? verdictWord(verdict, trans) : trans.__('Exported, unproven')}
        </p>
        <p>
          {trans.__('The bundle is in %1.', result.bundle)}
          {verify
            ? ` ${trans.__('Rerun in the room %1 (%2).', verify.room, duration(verify.seconds * 1000))}`
            : ''}{' '}
          {verify?.because}
        </p>
        {result.ladder.map(rung => (
          <p key={rung.rung} className="jr-Quiet">
            {`${rung.rung}: ${rung.verdict}${rung.because ? `, ${rung.because}` : ''}`}
          </p>
        ))}
      </div>
      <p className="jr-Export-links">
        <a
          className="jr-Button jr-mod-primary"
          href={reportUrl(result.report)}
          target="_blank"
          rel="noopener noreferrer"
        >
          {trans.__('Open the report')}
        </a>
        <Button onClick={onAgain}>{trans.__('Export again')}</Button>
      </p>
    </div>
  );
}

/** ``folder/name-bundle`` beside the notebook. */
export function defaultTarget(path: string): string {
  return `${path.replace(/\.ipynb$/, '')}-bundle`;
}
