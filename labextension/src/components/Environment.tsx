/** What the session ran on: interpreter, distributions, hardware, and what the tracker could and could not watch. */
import * as React from 'react';

import type { NotebookState } from '../notebook';
import type { DistributionPayload, SessionLogPayload } from '../wire';
import { usePanel } from './context';
import { Empty } from './Empty';
import { SessionPicker, useSession } from './SessionPicker';

export function Environment({ notebook }: { notebook: NotebookState }): JSX.Element {
  const { trans } = usePanel();
  const [session, choose] = useSession(notebook.sessions);
  if (!session) {
    return (
      <Empty title={trans.__('No session recorded')}>
        {trans.__('Run a cell: Python, the packages in use and the machine are recorded with it.')}
      </Empty>
    );
  }
  return (
    <div className="jr-Environment">
      <SessionPicker sessions={notebook.sessions} selected={session} onChoose={choose} />
      <Facts title={trans.__('Interpreter')} facts={interpreter(session, trans)} />
      <Distributions distributions={session.distributions} />
      <Facts title={trans.__('Machine')} facts={Object.entries(session.hardware)} />
      <Facts title={trans.__('Variables')} facts={Object.entries(session.env)} />
      <Layers layers={session.layers} />
    </div>
  );
}

type Words = ReturnType<typeof usePanel>['trans'];

function interpreter(session: SessionLogPayload, trans: Words): [string, string][] {
  const { commit, dirty } = session.git;
  return [
    [trans.__('Python'), session.python],
    [trans.__('platform'), session.platform],
    [trans.__('executable'), session.executable],
    [trans.__('folder'), session.cwd],
    [trans.__('started'), new Date(session.started).toLocaleString()],
    [
      trans.__('git'),
      commit
        ? `${commit.slice(0, 10)}${dirty === 'yes' ? ` ${trans.__('with uncommitted changes')}` : ''}`
        : ''
    ]
  ];
}

function Facts({ title, facts }: { title: string; facts: [string, string][] }): JSX.Element | null {
  const known = facts.filter(([, value]) => value);
  return known.length === 0 ? null : (
    <section className="jr-Group">
      <h3 className="jr-Group-title">{title}</h3>
      <dl className="jr-Facts">
        {known.map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd title={value}>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
    </section>
  );
}

function Distributions({
  distributions
}: {
  distributions: readonly DistributionPayload[];
}): JSX.Element {
  const { trans } = usePanel();
  const imported = distributions.filter(each => each.modules.length > 0);
  const required = distributions.filter(each => each.modules.length === 0);
  return (
    <section className="jr-Group">
      <h3 className="jr-Group-title">
        {trans.__('Packages imported')} <span className="jr-Group-count">{imported.length}</span>
      </h3>
      {imported.length === 0 && (
        <p className="jr-Quiet">
          {trans.__('None yet; they are listed a moment after a cell imports them.')}
        </p>
      )}
      <Packages distributions={imported} />
      {required.length > 0 && (
        <details className="jr-Details">
          <summary>
            {trans._n('and %1 that they need', 'and %1 that they need', required.length)}
          </summary>
          <Packages distributions={required} />
        </details>
      )}
    </section>
  );
}

function Packages({
  distributions
}: {
  distributions: readonly DistributionPayload[];
}): JSX.Element {
  return (
    <ul className="jr-Packages">
      {distributions.map(each => (
        <li key={each.name} title={each.modules.join(', ')}>
          <span>{each.name}</span>
          <span className="jr-Quiet">
            {each.version}
            {each.origin !== 'distribution' ? ` · ${each.origin}` : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Layers({ layers }: { layers: Record<string, string> }): JSX.Element | null {
  const { trans } = usePanel();
  const entries = Object.entries(layers);
  return entries.length === 0 ? null : (
    <section className="jr-Group">
      <h3 className="jr-Group-title">{trans.__('What is watched')}</h3>
      <ul className="jr-Layers">
        {entries.map(([name, state]) => (
          <li key={name} data-jr-on={state === 'on'}>
            <span
              className="jr-Sign"
              data-jr-replay={state === 'on' ? 'ok' : 'unknown'}
              aria-hidden="true"
            >
              {state === 'on' ? '✓' : '–'}
            </span>
            <span>{name}</span>
            <span className="jr-Quiet">{state === 'on' ? trans.__('on') : state}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
