/** What a click in the panel does to the notebook. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { SessionContextDialogs } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';

import type { IPanelActions } from './components/context';
import { applyFix, FixRefused } from './fixes';
import type { Follower } from './follow';
import type { PanelModel } from './model';
import type { FixPayload, Replay } from './wire';

export type ActionOptions = {
  app: JupyterFrontEnd;
  tracker: INotebookTracker;
  model: PanelModel;
  follower: () => Follower;
  openExport: () => void;
  translator: ITranslator;
  trans: TranslationBundle;
};

export function panelActions(options: ActionOptions): IPanelActions {
  const { app, tracker, model, follower, trans } = options;
  const jump = (cell: string): void => {
    const panel = tracker.currentWidget;
    const index = panel?.content.widgets.findIndex(each => each.model.id === cell) ?? -1;
    if (panel && index >= 0) {
      void showCell(panel, index);
    }
  };
  return {
    jump,
    jumpToReplay: (replay: Replay) => {
      const cells = (model.current?.check?.cells ?? []).filter(cell => cell.replay === replay);
      const active = tracker.currentWidget?.content.activeCellIndex ?? -1;
      const next = cells.find(cell => cell.index > active) ?? cells[0];
      if (next) {
        jump(next.id);
      }
    },
    fix: (fix: FixPayload) => {
      const panel = tracker.currentWidget;
      if (panel) {
        void fixAndTell(panel, fix, model, trans);
      }
    },
    prove: () => {
      model.tab = 'cells';
      void model.current?.prove();
    },
    openExport: options.openExport,
    refresh: () => void model.current?.refresh(),
    startKernel: () => {
      const context = tracker.currentWidget?.sessionContext;
      if (context) {
        void new SessionContextDialogs({ translator: options.translator }).selectKernel(context);
      }
    },
    reloadTracker: () => void follower().current?.link.reload(),
    openSettings: () => {
      if (app.commands.hasCommand('settingeditor:open')) {
        void app.commands.execute('settingeditor:open', { query: 'Reproducibility' });
      }
    },
    createNotebook: () => {
      if (app.commands.hasCommand('notebook:create-new')) {
        void app.commands.execute('notebook:create-new');
      }
    }
  };
}

async function showCell(panel: NotebookPanel, index: number): Promise<void> {
  panel.content.activeCellIndex = index;
  panel.content.deselectAll();
  try {
    await panel.content.scrollToItem(index, 'center');
  } catch {
    return; // The cell went away while the notebook scrolled to it.
  }
}

async function fixAndTell(
  panel: NotebookPanel,
  fix: FixPayload,
  model: PanelModel,
  trans: TranslationBundle
): Promise<void> {
  try {
    const { changes } = await applyFix(panel.content, panel.sessionContext, fix);
    const shared = panel.content.model?.sharedModel;
    model.notice = {
      kind: 'done',
      text: trans.__('Done: %1', fix.title),
      undo:
        changes.length && shared
          ? () => {
              shared.undo();
              model.notice = null;
            }
          : undefined
    };
  } catch (error) {
    if (!(error instanceof FixRefused)) {
      throw error;
    }
    model.notice = {
      kind: 'refused',
      text: trans.__('The fix was not applied: %1.', error.message)
    };
  }
  void model.current?.refresh();
}
