/** What the panel shows: the current notebook, or that there is none. */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { NotebookState } from './notebook';
import type { FindingPayload, Severity } from './wire';

export type PanelView = { kind: 'no-notebook' } | { kind: 'notebook'; notebook: NotebookState };

export const TABS = ['findings', 'cells', 'runs', 'files', 'environment'] as const;
export type Tab = (typeof TABS)[number];

/** What the user set in the settings editor. */
export type PanelSettings = {
  autoLoad: boolean;
  badges: boolean;
  severities: readonly Severity[];
};

export const DEFAULTS: PanelSettings = {
  autoLoad: true,
  badges: true,
  severities: ['error', 'warning', 'info']
};

export class PanelModel {
  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get view(): PanelView {
    return this._current ? { kind: 'notebook', notebook: this._current } : { kind: 'no-notebook' };
  }

  get current(): NotebookState | null {
    return this._current;
  }

  set current(notebook: NotebookState | null) {
    if (notebook === this._current) {
      return;
    }
    this._current?.stateChanged.disconnect(this._emit, this);
    this._current = notebook;
    notebook?.stateChanged.connect(this._emit, this);
    this._emit();
  }

  get tab(): Tab {
    return this._tab;
  }

  set tab(tab: Tab) {
    this._tab = tab;
    this._emit();
  }

  get settings(): PanelSettings {
    return this._settings;
  }

  set settings(settings: PanelSettings) {
    this._settings = settings;
    this._emit();
  }

  /** A line about what just happened, with a way back where there is one. */
  get notice(): Notice | null {
    return this._notice;
  }

  set notice(notice: Notice | null) {
    this._notice = notice;
    this._emit();
  }

  /** The findings that the settings let through. */
  get findings(): FindingPayload[] {
    const shown = new Set(this._settings.severities);
    return this._current?.findings(severity => shown.has(severity)) ?? [];
  }

  /** The cell to visit after `cell`: the next one that a finding points at, from the top again after the last. */
  nextFindingCell(activeIndex: number): string | null {
    const labels = this._current?.cells;
    const places = this.findings
      .flatMap(finding => (finding.cell === null ? [] : (labels?.get(finding.cell) ?? [])))
      .sort((one, other) => one.index - other.index);
    return (places.find(place => place.index > activeIndex) ?? places[0])?.id ?? null;
  }

  private _emit(): void {
    this._stateChanged.emit();
  }

  private _current: NotebookState | null = null;
  private _notice: Notice | null = null;
  private _settings: PanelSettings = DEFAULTS;
  private readonly _stateChanged = new Signal<this, void>(this);
  private _tab: Tab = 'findings';
}

export type Notice = { text: string; kind: 'done' | 'refused'; undo?: () => void };
