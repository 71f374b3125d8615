/**
 * Where each run stands in the timeline: across in the order of execution, down by its cell's place in the document.
 *
 * A notebook run from top to bottom is a straight fall; every step back up is something its reader cannot see.
 */
import type { RunPayload } from './wire';

/** How a run follows the one before it. */
export type StepKind = 'first' | 'down' | 'again' | 'back';

export type TimelineRun = {
  run: RunPayload;
  /** Place of the cell in the document, counted in code cells from 0; null for a cell that is gone. */
  row: number | null;
  step: StepKind;
};

export type TimelinePoint = TimelineRun & { x: number; y: number };

export type Timeline = {
  points: TimelinePoint[];
  width: number;
  height: number;
  /** y of the lane of deleted cells, null where there is none. */
  goneLane: number | null;
};

/** The runs in order, with their place and how each follows the one before. */
export function steps(
  runs: readonly RunPayload[],
  rows: ReadonlyMap<string, number>
): TimelineRun[] {
  let previous: number | null = null;
  let previousCell: string | null = null;
  return runs.map((run, position) => {
    const row = (run.cell !== null ? rows.get(run.cell) : undefined) ?? null;
    const step = stepOf(position, row, previous, run.cell !== null && run.cell === previousCell);
    previousCell = run.cell;
    previous = row ?? previous;
    return { run, row, step };
  });
}

function stepOf(
  position: number,
  row: number | null,
  previous: number | null,
  sameCell: boolean
): StepKind {
  if (position === 0) {
    return 'first';
  }
  if (sameCell) {
    return 'again';
  }
  return row !== null && previous !== null && row < previous ? 'back' : 'down';
}

/** Place the runs in a drawing. Rows are packed so that many cells still fit the height. */
export function layout(
  sequence: readonly TimelineRun[],
  rowCount: number,
  size: { width: number; rowHeight: number; maxHeight: number; margin: number }
): Timeline {
  const { width, margin } = size;
  const hasGone = sequence.some(({ row }) => row === null);
  const laneCount = rowCount + (hasGone ? 1.5 : 0);
  const rowHeight = Math.min(
    size.rowHeight,
    (size.maxHeight - 2 * margin) / Math.max(1, laneCount - 1)
  );
  const across = (width - 2 * margin) / Math.max(1, sequence.length - 1);
  const goneLane = hasGone ? margin + (rowCount + 0.5) * rowHeight : null;
  const points = sequence.map((each, position) => ({
    ...each,
    x: margin + position * Math.min(across, 28),
    y: each.row === null ? (goneLane ?? margin) : margin + each.row * rowHeight
  }));
  const lowest = goneLane ?? margin + Math.max(0, rowCount - 1) * rowHeight;
  return { points, width, height: lowest + margin, goneLane };
}
