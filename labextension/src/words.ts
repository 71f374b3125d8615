/** The words and signs of the judgement, said the same way everywhere. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellVerdict, Replay, Severity, SummaryPayload, Verdict } from './wire';

export const REPLAYS: readonly Replay[] = ['ok', 'changes', 'fails', 'unknown'];
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** One character for each forecast: colour is never the only sign. */
export const REPLAY_SIGNS: Record<Replay, string> = {
  ok: '✓',
  changes: '≠',
  fails: '✕',
  unknown: '?'
};

/** What Restart & Run All would do to a cell. */
export function replayWord(replay: Replay, trans: TranslationBundle): string {
  switch (replay) {
    case 'ok':
      return trans.__('Would come out the same');
    case 'changes':
      return trans.__('Would change');
    case 'fails':
      return trans.__('Would fail');
    case 'unknown':
      return trans.__('Cannot be foretold');
  }
}

/** The word after a count: ``same``, ``change``, ``fails``, ``unknown``. */
export function replayNoun(replay: Replay, count: number, trans: TranslationBundle): string {
  switch (replay) {
    case 'ok':
      return trans.__('same');
    case 'changes':
      return trans._n('changes', 'change', count);
    case 'fails':
      return trans._n('fails', 'fail', count);
    case 'unknown':
      return trans.__('unknown');
  }
}

/** ``Restart & Run All would: 12 same, 2 change, 1 fails, 1 unknown``. */
export function headline(summary: SummaryPayload, trans: TranslationBundle): string {
  const parts = REPLAYS.filter(replay => summary[replay] > 0).map(
    replay => `${summary[replay]} ${replayNoun(replay, summary[replay], trans)}`
  );
  return trans.__('Restart & Run All would: %1', parts.join(', ') || trans.__('nothing to run'));
}

export function severityWord(severity: Severity, count: number, trans: TranslationBundle): string {
  switch (severity) {
    case 'error':
      return trans._n('Error', 'Errors', count);
    case 'warning':
      return trans._n('Warning', 'Warnings', count);
    case 'info':
      return trans._n('Note', 'Notes', count);
  }
}

export function verdictWord(verdict: Verdict, trans: TranslationBundle): string {
  switch (verdict) {
    case 'reproduced':
      return trans.__('Reproduced');
    case 'differs':
      return trans.__('Differs');
    case 'could-not-run':
      return trans.__('Could not run');
  }
}

/** What the rerun showed of a cell. */
export function cellVerdictWord(verdict: CellVerdict, trans: TranslationBundle): string {
  switch (verdict) {
    case 'identical':
      return trans.__('identical');
    case 'equivalent':
      return trans.__('equivalent');
    case 'unstable':
      return trans.__('unstable');
    case 'different':
      return trans.__('different');
    case 'failed':
      return trans.__('failed');
    case 'tainted':
      return trans.__('after a failure');
    case 'not-compared':
      return trans.__('not compared');
  }
}

/** Which forecast a verdict corresponds to: how the truth is coloured. */
export function verdictColour(verdict: CellVerdict): Replay {
  switch (verdict) {
    case 'identical':
    case 'equivalent':
      return 'ok';
    case 'different':
    case 'unstable':
      return 'changes';
    case 'failed':
      return 'fails';
    case 'tainted':
    case 'not-compared':
      return 'unknown';
  }
}

/** ``1.4 MB``: powers of 1000, one decimal below 10. */
export function fileSize(bytes: number | null): string {
  if (bytes === null) {
    return '';
  }
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** ``240 ms``, ``1.2 s``, ``3 min 5 s``. */
export function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) {
    return '';
  }
  if (milliseconds < 1000) {
    return `${Math.round(milliseconds)} ms`;
  }
  if (milliseconds < 60_000) {
    return `${(milliseconds / 1000).toFixed(1)} s`;
  }
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
