/** Ties each open notebook to its state: edits and runs in, badges out. One state per document, however many views it has. */
import type { Cell } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type {
  INotebookModel,
  INotebookTracker,
  Notebook,
  NotebookPanel
} from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IBackend } from './api';
import { setBadge } from './badges';
import { KernelLink } from './kernel';
import type { PanelModel } from './model';
import type { INotebookContent, INotebookSource } from './notebook';
import { NotebookState } from './notebook';

type Context = DocumentRegistry.IContext<INotebookModel>;

export type Followed = { state: NotebookState; link: KernelLink };

export class Follower {
  constructor(
    private readonly _tracker: INotebookTracker,
    private readonly _model: PanelModel,
    private readonly _backend: IBackend,
    private readonly _contents: Contents.IManager,
    private readonly _trans: TranslationBundle,
    private readonly _settled: Promise<void>,
    private readonly _onBadge: (cell: string) => void
  ) {
    _tracker.widgetAdded.connect((_, panel) => this._add(panel));
    _tracker.forEach(panel => this._add(panel));
    _tracker.currentChanged.connect(this._onCurrent, this);
    NotebookActions.executed.connect(this._onExecuted, this);
    _model.stateChanged.connect(this._onModel, this);
    this._onCurrent();
  }

  /** The current notebook's state and kernel link. */
  get current(): Followed | null {
    const panel = this._tracker.currentWidget;
    return (panel && this._followed.get(panel.context)) ?? null;
  }

  private _add(panel: NotebookPanel): void {
    const { context } = panel;
    const { state } = this._followed.get(context) ?? this._follow(context);
    const paint = (): void => this._paint(panel, state);
    state.stateChanged.connect(paint);
    panel.disposed.connect(() => state.stateChanged.disconnect(paint));
    void panel.context.ready.then(() => {
      panel.content.model?.cells.changed.connect(paint);
      if (panel === this._tracker.currentWidget) {
        this._onCurrent();
      }
    });
  }

  private _follow(context: Context): Followed {
    const state = new NotebookState(new OpenNotebook(context, this._contents), this._backend);
    const link = new KernelLink(context.sessionContext, {
      path: () => state.path,
      backend: this._backend,
      enabled: () => this._settled.then(() => this._model.settings.autoLoad)
    });
    link.trackingChanged.connect(() => (state.tracking = link.tracking));
    link.recorded.connect(() => state.noteRun());
    context.model.contentChanged.connect(() => state.noteEdit());
    context.pathChanged.connect(() => state.noteRun());
    context.disposed.connect(() => {
      link.dispose();
      state.dispose();
      this._followed.delete(context);
      if (this._model.current === state) {
        this._model.current = null;
      }
    });
    const followed = { state, link };
    this._followed.set(context, followed);
    return followed;
  }

  private _onCurrent(): void {
    const followed = this.current;
    this._model.current = followed?.state ?? null;
    this._model.notice = null;
    void this._tracker.currentWidget?.context.ready.then(() => followed?.state.refresh());
  }

  /** The kernel's word comes by the comm; this one covers a kernel whose comm is closed. */
  private _onExecuted(_: unknown, args: { notebook: Notebook }): void {
    const panel = this._tracker.find(each => each.content === args.notebook);
    if (panel) {
      this._followed.get(panel.context)?.state.noteRun();
    }
  }

  private _onModel(): void {
    const { autoLoad, badges } = this._model.settings;
    if (autoLoad !== this._autoLoad || badges !== this._badges) {
      const reload = autoLoad && !this._autoLoad;
      this._autoLoad = autoLoad;
      this._badges = badges;
      this._tracker.forEach(panel => {
        const followed = this._followed.get(panel.context);
        if (followed) {
          this._paint(panel, followed.state);
          if (reload) {
            void followed.link.reload();
          }
        }
      });
    }
  }

  private _paint(panel: NotebookPanel, state: NotebookState): void {
    if (panel.isDisposed || !state.check) {
      return;
    }
    const forecasts = new Map(state.check.cells.map(cell => [cell.id, cell]));
    panel.content.widgets.forEach((cell: Cell) => {
      const forecast = this._model.settings.badges ? (forecasts.get(cell.model.id) ?? null) : null;
      setBadge(cell, forecast, this._trans, this._onBadge);
    });
  }

  private _autoLoad = true;
  private _badges = true;
  private readonly _followed = new Map<Context, Followed>();
}

/** An open document as the model sees it. */
class OpenNotebook implements INotebookSource {
  constructor(
    private readonly _context: Context,
    private readonly _contents: Contents.IManager
  ) {}

  get path(): string | null {
    const drive = this._contents.driveName(this._context.path);
    // The drive of real-time collaboration shows the server's own files.
    return drive === '' || drive === 'RTC' ? this._contents.localPath(this._context.path) : null;
  }

  get isReadOnly(): boolean {
    return this._context.model.readOnly;
  }

  async save(): Promise<void> {
    if (this._context.model.dirty && !this._context.model.readOnly) {
      await this._context.save();
    }
  }

  content(): INotebookContent {
    return this._context.model.toJSON() as unknown as INotebookContent;
  }
}
