/** What every component needs: the words, and what a click can do. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { FixPayload, Replay } from '../wire';

export interface IPanelActions {
  /** Show a cell and make it the active one. */
  jump(cell: string): void;
  /** Show the next cell with this forecast. */
  jumpToReplay(replay: Replay): void;
  fix(fix: FixPayload): void;
  prove(): void;
  openExport(): void;
  refresh(): void;
  startKernel(): void;
  reloadTracker(): void;
  openSettings(): void;
  createNotebook(): void;
}

export interface IPanelContext {
  trans: TranslationBundle;
  actions: IPanelActions;
}

export const PanelContext = React.createContext<IPanelContext | null>(null);

/** The panel's context. Only for components below the panel's root. */
export function usePanel(): IPanelContext {
  const context = React.useContext(PanelContext);
  if (!context) {
    throw new Error('usePanel outside of the panel');
  }
  return context;
}
