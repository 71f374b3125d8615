/** The panel and the export dialog as Lumino widgets. */
import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IBackend } from './api';
import type { IPanelContext } from './components/context';
import { PanelContext } from './components/context';
import { ExportForm } from './components/ExportForm';
import { Panel } from './components/Panel';
import { reproIcon } from './icons';
import type { PanelModel } from './model';
import type { NotebookState } from './notebook';

export class PanelView extends ReactWidget {
  constructor(
    private readonly _model: PanelModel,
    private readonly _context: IPanelContext
  ) {
    super();
    const { trans } = _context;
    this.id = 'jupyter-repro-panel';
    this.addClass('jr-Panel');
    this.title.icon = reproIcon;
    this.title.caption = trans.__('Reproducibility');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Reproducibility'));
  }

  protected override render(): JSX.Element {
    return (
      <PanelContext.Provider value={this._context}>
        <UseSignal signal={this._model.stateChanged}>
          {() => <Panel model={this._model} />}
        </UseSignal>
      </PanelContext.Provider>
    );
  }
}

class ExportBody extends ReactWidget {
  constructor(
    private readonly _notebook: NotebookState,
    private readonly _backend: IBackend,
    private readonly _context: IPanelContext
  ) {
    super();
    this.addClass('jr-ExportBody');
  }

  protected override render(): JSX.Element {
    return (
      <PanelContext.Provider value={this._context}>
        <UseSignal signal={this._notebook.bundle.stateChanged}>
          {() => (
            <ExportForm
              notebook={this._notebook}
              rooms={this._rooms}
              reportUrl={path => this._backend.reportUrl(path)}
            />
          )}
        </UseSignal>
      </PanelContext.Provider>
    );
  }

  private readonly _rooms = (): ReturnType<IBackend['rooms']> => this._backend.rooms();
}

/** A dialog whose body has the buttons that matter: Enter belongs to the form. Closing it does not stop the export. */
class ExportDialog extends Dialog<null> {
  protected override _evtKeydown(event: KeyboardEvent): void {
    if (event.key !== 'Enter') {
      super._evtKeydown(event);
    }
  }
}

/** Open the export dialog; settles when it was closed. */
export async function openExportDialog(
  notebook: NotebookState,
  backend: IBackend,
  context: IPanelContext
): Promise<void> {
  const { trans } = context;
  await new ExportDialog({
    title: trans.__('Export reproducible bundle'),
    body: new ExportBody(notebook, backend, context),
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })],
    focusNodeSelector: 'input'
  }).launch();
}
