/** The timeline as a drawing: a straight fall is a notebook run from top to bottom. */
import * as React from 'react';

import type { TimelinePoint, TimelineRun } from '../timeline';
import { layout } from '../timeline';
import { usePanel } from './context';

const SIZE = { width: 280, rowHeight: 11, maxHeight: 132, margin: 9 };

export function TimelineView(props: {
  sequence: readonly TimelineRun[];
  rowCount: number;
}): JSX.Element {
  const { trans, actions } = usePanel();
  const { points, width, height, goneLane } = layout(props.sequence, props.rowCount, SIZE);
  const radius = points.length > 60 ? 2 : 3.5;
  return (
    <svg
      className="jr-Timeline"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={trans.__(
        'Timeline of %1 runs: from left to right as they ran, from top to bottom as the cells stand',
        points.length
      )}
    >
      {goneLane !== null && (
        <g className="jr-Timeline-gone">
          <line x1={0} x2={width} y1={goneLane} y2={goneLane} />
          <text x={3} y={goneLane - 3}>
            {trans.__('deleted')}
          </text>
        </g>
      )}
      {points.slice(1).map((point, position) => (
        <line
          key={point.run.n}
          className="jr-Timeline-step"
          data-jr-step={point.step}
          x1={points[position].x}
          y1={points[position].y}
          x2={point.x}
          y2={point.y}
        />
      ))}
      {points.map(point => (
        <circle
          key={point.run.n}
          className="jr-Timeline-run"
          data-jr-step={point.step}
          data-jr-status={point.run.status}
          cx={point.x}
          cy={point.y}
          r={radius}
          onClick={() =>
            point.row !== null && point.run.cell !== null && actions.jump(point.run.cell)
          }
        >
          <title>{tip(point)}</title>
        </circle>
      ))}
    </svg>
  );
}

function tip({ run }: TimelinePoint): string {
  return `${run.n}: ${run.source.split('\n')[0]}`;
}
