/** The plugin: joins the parts and hands them to JupyterLab or Notebook. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { panelActions } from './actions';
import { Backend } from './api';
import { addCommands } from './commands';
import { Follower } from './follow';
import { PanelModel } from './model';
import { watchSettings } from './settings';
import { StatusItem } from './status';
import { openExportDialog, PanelView } from './view';

const PLUGIN_ID = '@jupyter-repro/lab:plugin';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'What Restart & Run All would do to a notebook, why, and the proof.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILayoutRestorer, ISettingRegistry, IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null,
    statusBar: IStatusBar | null,
    translatorOrNull: ITranslator | null
  ): void => {
    const translator = translatorOrNull ?? nullTranslator;
    const trans = translator.load('jupyter_repro');
    const model = new PanelModel();
    const backend = new Backend(app.serviceManager.serverSettings);
    const settled = registry
      ? watchSettings(registry, PLUGIN_ID, settings => (model.settings = settings)).catch(reason =>
          console.warn('jupyter-repro: the settings could not be read, the defaults hold.', reason)
        )
      : Promise.resolve();
    const actions = panelActions({
      app,
      tracker,
      model,
      follower: () => follower,
      openExport: () =>
        model.current && void openExportDialog(model.current, backend, { trans, actions }),
      translator,
      trans
    });
    const view = new PanelView(model, { trans, actions });
    const show = (): void => app.shell.activateById(view.id);
    const follower = new Follower(
      tracker,
      model,
      backend,
      app.serviceManager.contents,
      trans,
      settled,
      () => {
        model.tab = 'cells';
        show();
      }
    );
    app.shell.add(view, 'right', { rank: 650 });
    restorer?.add(view, view.id);
    statusBar?.registerStatusItem('jupyter-repro:status', {
      align: 'left',
      rank: 40,
      item: new StatusItem(model, trans, show),
      isActive: () => model.current !== null,
      activeStateChanged: model.stateChanged
    });
    addCommands({ app, palette, tracker, model, actions, show, trans });
  }
};

export default plugin;
