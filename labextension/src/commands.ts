/** The panel's commands, for the palette, the toolbar and keyboard shortcuts. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IPanelActions } from './components/context';
import { reproIcon } from './icons';
import type { PanelModel } from './model';

export const COMMANDS = {
  show: 'jupyter-repro:show-panel',
  check: 'jupyter-repro:check',
  prove: 'jupyter-repro:prove',
  export: 'jupyter-repro:export',
  next: 'jupyter-repro:next-finding'
} as const;

export type CommandOptions = {
  app: JupyterFrontEnd;
  palette: ICommandPalette | null;
  tracker: INotebookTracker;
  model: PanelModel;
  actions: IPanelActions;
  show: () => void;
  trans: TranslationBundle;
};

export function addCommands(options: CommandOptions): void {
  const { app, palette, tracker, model, actions, show, trans } = options;
  const category = trans.__('Reproducibility');
  const isReady = (): boolean =>
    model.current?.check !== undefined && model.current?.check !== null;
  const describedBy = { args: { type: 'object', properties: {} } } as const;
  const add = (
    id: string,
    label: string,
    caption: string,
    execute: () => void,
    isEnabled: () => boolean = () => true
  ): void => {
    app.commands.addCommand(id, {
      label,
      caption,
      icon: reproIcon,
      execute,
      isEnabled,
      describedBy
    });
    palette?.addItem({ command: id, category });
  };
  add(
    COMMANDS.show,
    trans.__('Show Reproducibility Panel'),
    trans.__('What Restart & Run All would do to this notebook'),
    show
  );
  add(
    COMMANDS.check,
    trans.__('Check Reproducibility'),
    trans.__('Judge the notebook as it stands'),
    () => {
      show();
      model.tab = 'findings';
      actions.refresh();
    },
    () => model.current !== null
  );
  add(
    COMMANDS.prove,
    trans.__('Prove It: Replay in a Fresh Kernel'),
    trans.__('Run a copy of the notebook from the top and compare cell by cell'),
    () => {
      show();
      actions.prove();
    },
    isReady
  );
  add(
    COMMANDS.export,
    trans.__('Export Reproducible Bundle…'),
    trans.__('Write a locked bundle that reruns without this tool'),
    actions.openExport,
    isReady
  );
  add(
    COMMANDS.next,
    trans.__('Go to Next Finding'),
    trans.__('Show the next cell that a finding points at'),
    () => {
      const cell = model.nextFindingCell(tracker.currentWidget?.content.activeCellIndex ?? -1);
      if (cell !== null) {
        actions.jump(cell);
      }
    },
    () => model.findings.length > 0
  );
}
