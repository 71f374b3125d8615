/** The sign of a forecast or a severity: a shape and a colour, with the word for those who see neither. */
import * as React from 'react';

import type { Replay, Severity } from '../wire';
import { REPLAY_SIGNS } from '../words';

export function ReplaySign(props: { replay: Replay; label?: string }): JSX.Element {
  const named = props.label
    ? { role: 'img', 'aria-label': props.label, title: props.label }
    : { 'aria-hidden': true };
  return (
    <span className="jr-Sign" data-jr-replay={props.replay} {...named}>
      {REPLAY_SIGNS[props.replay]}
    </span>
  );
}

const SEVERITY_SIGNS: Record<Severity, string> = { error: '✕', warning: '!', info: 'i' };

export function SeveritySign(props: { severity: Severity; label: string }): JSX.Element {
  return (
    <span
      className="jr-Sign"
      data-jr-severity={props.severity}
      role="img"
      aria-label={props.label}
      title={props.label}
    >
      {SEVERITY_SIGNS[props.severity]}
    </span>
  );
}
