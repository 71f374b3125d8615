/** An empty state: what there is not, and what to do about it. */
import * as React from 'react';

export function Empty(props: {
  title: string;
  children?: React.ReactNode;
  action?: React.ReactNode;
}): JSX.Element {
  return (
    <div className="jr-Empty" role="note">
      <p className="jr-Empty-title">{props.title}</p>
      {props.children && <p className="jr-Empty-text">{props.children}</p>}
      {props.action && <div className="jr-Empty-action">{props.action}</div>}
    </div>
  );
}
