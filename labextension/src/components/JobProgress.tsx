/** What a job does now, how far it is, and a way to stop it. */
import * as React from 'react';

import type { StepPayload } from '../wire';
import { Button } from './Button';
import { usePanel } from './context';

type Props = { title: string; step: StepPayload | null; onCancel: () => void };

export function JobProgress({ title, step, onCancel }: Props): JSX.Element {
  const { trans } = usePanel();
  const known = step?.total ? { value: step.done, max: step.total } : {};
  return (
    <div className="jr-Progress">
      <div className="jr-Progress-line">
        <span className="jr-Progress-text" role="status">
          <b>{title}</b> {step?.message ?? trans.__('starting…')}
        </span>
        {step?.total ? <span className="jr-Quiet">{`${step.done}/${step.total}`}</span> : null}
        <Button look="quiet" onClick={onCancel}>
          {trans.__('Cancel')}
        </Button>
      </div>
      <progress className="jr-Progress-bar" aria-label={title} {...known} />
    </div>
  );
}
