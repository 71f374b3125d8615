/** The panel: header, tabs, and one sentence for every state in which there is nothing to show. */
import * as React from 'react';

import type { PanelModel, Tab } from '../model';
import { TABS } from '../model';
import type { NotebookState } from '../notebook';
import type { CheckPayload } from '../wire';
import { Button } from './Button';
import { Cells } from './Cells';
import { usePanel } from './context';
import { Empty } from './Empty';
import { Environment } from './Environment';
import { Files } from './Files';
import { Findings } from './Findings';
import { Header } from './Header';
import { NoticeLine } from './NoticeLine';
import { Runs } from './Runs';
import { Tabs } from './Tabs';
import { TrackingLine } from './TrackingLine';

export function Panel({ model }: { model: PanelModel }): JSX.Element {
  const { trans, actions } = usePanel();
  const { view } = model;
  if (view.kind === 'no-notebook') {
    return (
      <Empty
        title={trans.__('No notebook is open')}
        action={<Button onClick={actions.createNotebook}>{trans.__('New notebook')}</Button>}
      >
        {trans.__('Open one: this panel tells what Restart & Run All would do to it, and why.')}
      </Empty>
    );
  }
  const { notebook } = view;
  const shown = notebook.view;
  switch (shown.kind) {
    case 'other-language':
      return (
        <Empty title={trans.__('The kernel of this notebook speaks %1', shown.language)}>
          {trans.__(
            'jupyter-repro tracks Python kernels only. Nothing is recorded or changed here.'
          )}
        </Empty>
      );
    case 'waiting':
      return (
        <>
          <Empty title={trans.__('Reading the notebook and its history…')} />
          <TrackingLine notebook={notebook} />
        </>
      );
    case 'failed':
      return (
        <Empty
          title={shown.message}
          action={<Button onClick={actions.refresh}>{trans.__('Try again')}</Button>}
        >
          {shown.hint}
        </Empty>
      );
    case 'judged':
      return (
        <>
          <Header notebook={notebook} check={shown.panel.check} />
          {shown.failure && (
            <div className="jr-Line" role="alert">
              <span>
                {trans.__('Not up to date: %1. %2', shown.failure.message, shown.failure.hint)}
              </span>
              <Button look="quiet" onClick={actions.refresh}>
                {trans.__('Try again')}
              </Button>
            </div>
          )}
          <NoticeLine model={model} />
          <Body model={model} notebook={notebook} check={shown.panel.check} />
        </>
      );
  }
}

type BodyProps = { model: PanelModel; notebook: NotebookState; check: CheckPayload };

function Body({ model, notebook, check }: BodyProps): JSX.Element {
  const { trans } = usePanel();
  const findings = model.findings;
  const names: Record<Tab, string> = {
    findings: trans.__('Findings'),
    cells: trans.__('Cells'),
    runs: trans.__('Runs'),
    files: trans.__('Files'),
    environment: trans.__('Environment')
  };
  const tabs = TABS.map(id => ({
    id,
    label: names[id],
    count: id === 'findings' ? findings.length : undefined
  }));
  return (
    <Tabs
      label={trans.__('Reproducibility')}
      tabs={tabs}
      selected={model.tab}
      onSelect={tab => (model.tab = tab)}
    >
      {model.tab === 'findings' && (
        <Findings notebook={notebook} check={check} findings={findings} />
      )}
      {model.tab === 'cells' && <Cells notebook={notebook} check={check} />}
      {model.tab === 'runs' && <Runs notebook={notebook} />}
      {model.tab === 'files' && <Files notebook={notebook} />}
      {model.tab === 'environment' && <Environment notebook={notebook} />}
    </Tabs>
  );
}
