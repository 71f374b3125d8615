/**
 * A badge on each code cell: what Restart & Run All would do to it.
 *
 * State is a data attribute on the cell's node, which survives windowing; the sign is a small widget in its layout.
 * Nothing is written to the cell's metadata, so the document stays clean.
 */
import type { Cell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PanelLayout } from '@lumino/widgets';
import { Widget } from '@lumino/widgets';

import { REPLAY_SIGNS, replayWord } from './words';
import type { CellPayload } from './wire';

class Badge extends Widget {
  constructor(onClick: () => void) {
    super({ node: document.createElement('button') });
    this.addClass('jr-Badge');
    // Reachable by pointer and screen reader; a tab stop per cell would be in everybody's way.
    this.node.tabIndex = -1;
    this.node.addEventListener('click', event => {
      event.stopPropagation();
      onClick();
    });
  }
}

const badges = new WeakMap<Cell, Badge>();

/** Show the forecast on the cell; null removes the badge. */
export function setBadge(
  cell: Cell,
  forecast: CellPayload | null,
  trans: TranslationBundle,
  onClick: (cell: string) => void
): void {
  if (cell.isDisposed) {
    return;
  }
  if (forecast === null) {
    delete cell.node.dataset.jrReplay;
    badges.get(cell)?.dispose();
    badges.delete(cell);
    return;
  }
  cell.node.dataset.jrReplay = forecast.replay;
  const { node } = badgeOf(cell, onClick);
  const word = replayWord(forecast.replay, trans);
  const text = forecast.because ? `${word}: ${forecast.because}` : word;
  if (node.title !== text) {
    node.title = text;
    node.setAttribute('aria-label', `${trans.__('Forecast')}: ${text}`);
  }
  node.dataset.jrReplay = forecast.replay;
  node.textContent = REPLAY_SIGNS[forecast.replay];
}

function badgeOf(cell: Cell, onClick: (cell: string) => void): Badge {
  const known = badges.get(cell);
  if (known && !known.isDisposed) {
    return known;
  }
  const badge = new Badge(() => onClick(cell.model.id));
  badges.set(cell, badge);
  void cell.ready.then(() => {
    if (!cell.isDisposed && !badge.isDisposed) {
      (cell.layout as PanelLayout).addWidget(badge);
    }
  });
  return badge;
}
